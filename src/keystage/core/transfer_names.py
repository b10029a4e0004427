"""How the names of transfer files are made: one pattern for all who read them.

The pattern says only what every engine of regular expressions understands alike. Its groups are
source, type, destination, serial and copied, which is what a browser or a person adds to a copy.

Source: practice of suppliers and local authorities, and files named by the multiplication tables
check; the specification's own list is not public.
"""

#: What is added to the name of a copy: `` (1)``, `` - Copy (2)`` or `` copy 2``.
COPY = r"(?P<copied> ?\([0-9]+\)| - Copy(?: \([0-9]+\))?| copy(?: [0-9]+)?)?"
#: A name without the folders or the archive around it, such as 9990301_CTF_NAALLLL_001.xml.
NAME = (
    r"(?P<source>[0-9A-Za-z]{7}|DfE)_(?P<type>[0-9A-Za-z]{3})"
    rf"_(?P<destination>[0-9A-Za-z]{{6,7}})_(?P<serial>[0-9]{{3}}){COPY}\.(?i:xml)"
)
