"""The same engine on Apache Spark, for pupils who are kept in a cluster.

Spark partitions the pupils, hands each part to the functions of `keystage.checks` and
`keystage.measures`, and adds up what they give. No rule is written here.
"""
