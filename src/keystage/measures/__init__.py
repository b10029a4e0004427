"""From pupils to measures: declared once, summed as parts, rolled up, explained."""
