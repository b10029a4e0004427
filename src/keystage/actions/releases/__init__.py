"""Results day: releases under embargo, confirmed places, reviews of marking, governors' packs."""
