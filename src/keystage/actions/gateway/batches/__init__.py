"""Archives of many schools' files: taken apart, checked one by one, submitted together."""
