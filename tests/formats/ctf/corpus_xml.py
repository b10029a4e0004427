"""Files that are no XML, no transfer file, or XML with something that must not be in it."""

from collections.abc import Iterator

import invented
from corpus_case import Case, refused
from invented import DECLARATION

_PLAIN = invented.clean()
_BODY = _PLAIN.removeprefix(DECLARATION)
_UPN = invented.UPNS[0]


def with_doctype(doctype: str, body: str = _BODY) -> str:
    """A file with a document type before its own element."""
    return DECLARATION + doctype + "\n" + body


def using(entity: str) -> str:
    """The body with an entity in place of the first number."""
    return _BODY.replace(_UPN, entity, 1)


def cases() -> Iterator[Case]:
    """Every case."""
    yield from document_types()
    yield from instructions()
    yield from sizes()
    yield from encodings()
    yield from not_well_formed()
    yield from cut_short()
    yield from other_documents()
    yield from other_content()


def document_types() -> Iterator[Case]:
    """Document types and entities, which may hide or disclose anything."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    forms = {
        "empty": ("<!DOCTYPE CTfile>", _BODY),
        "internal_entity": ('<!DOCTYPE CTfile [<!ENTITY x "A999030120001">]>', using("&x;")),
        "unused_entity": ('<!DOCTYPE CTfile [<!ENTITY x "y">]>', _BODY),
        "external_file": (
            '<!DOCTYPE CTfile [<!ENTITY x SYSTEM "file:///etc/hostname">]>', using("&x;"),
        ),
        "external_web": (
            '<!DOCTYPE CTfile [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>', using("&x;"),
        ),
        "system": ('<!DOCTYPE CTfile SYSTEM "ctf.dtd">', _BODY),
        "system_web": ('<!DOCTYPE CTfile SYSTEM "http://127.0.0.1:9/ctf.dtd">', _BODY),
        "public": ('<!DOCTYPE CTfile PUBLIC "-//X//CTF//EN" "ctf.dtd">', _BODY),
        "parameter_entity": (
            '<!DOCTYPE CTfile [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>', _BODY,
        ),
        "billion_laughs": (
            f'<!DOCTYPE CTfile [<!ENTITY l0 "ha">{laughs}]>', using("&l9;"),
        ),
        "quadratic": (
            f'<!DOCTYPE CTfile [<!ENTITY q "{"a" * 2000}">]>', using("&q;" * 500),
        ),
        "attribute_bomb": (
            f'<!DOCTYPE CTfile [<!ENTITY l0 "ha">{laughs}]>',
            _BODY.replace("<CTfile>", '<CTfile a="&l9;">'),
        ),
        "default_attribute": (
            '<!DOCTYPE CTfile [<!ATTLIST Pupil UPN CDATA "A999030120001">]>', _BODY,
        ),
        "element_rules": ("<!DOCTYPE CTfile [<!ELEMENT CTfile ANY>]>", _BODY),
        "notation": ('<!DOCTYPE CTfile [<!NOTATION n SYSTEM "x">]>', _BODY),
        "recursive_entity": ('<!DOCTYPE CTfile [<!ENTITY x "&x;">]>', using("&x;")),
    }  # fmt: skip
    for name, (doctype, body) in forms.items():
        yield refused(
            f"doctype_{name}.xml", f"a document type: {name}", with_doctype(doctype, body),
            "forbidden", 2,
        )  # fmt: skip
    yield refused(
        "doctype_after_comment.xml", "a document type after a comment",
        with_doctype("<!-- export -->\n<!DOCTYPE CTfile>"), "forbidden", 3,
    )  # fmt: skip
    yield refused(
        "doctype_without_declaration.xml", "a document type and no XML declaration",
        "<!DOCTYPE CTfile>\n" + _BODY, "forbidden", 1,
    )  # fmt: skip
    yield refused(
        "doctype_utf16.xml", "a document type in a file in UTF-16",
        with_doctype('<!DOCTYPE CTfile [<!ENTITY x "y">]>').replace("utf-8", "utf-16", 1),
        "forbidden", 2, encoding="utf-16",
    )  # fmt: skip
    yield refused(
        "doctype_bom.xml", "a document type after a byte-order mark",
        with_doctype("<!DOCTYPE CTfile>"), "forbidden", 2, encoding="utf-8-sig",
    )  # fmt: skip
    yield refused(
        "doctype_of_html.xml", "a web page", "<!DOCTYPE html>\n<html><body/></html>",
        "forbidden", 1,
    )  # fmt: skip
    yield refused(
        "doctype_after_root.xml", "a document type after the file's own element",
        _PLAIN + "<!DOCTYPE CTfile>\n", "damaged", None,
    )  # fmt: skip
    yield refused(
        "doctype_small_letters.xml", "a document type in small letters",
        with_doctype("<!doctype CTfile>"), "damaged", 2,
    )  # fmt: skip
    for name, entity in {"nbsp": "&nbsp;", "unknown": "&pupil;"}.items():
        yield refused(
            f"entity_{name}.xml", f"the entity {name}, which nothing defines",
            _PLAIN.replace("Mabel", f"Mabel{entity}", 1), "forbidden", None,
        )  # fmt: skip


def instructions() -> Iterator[Case]:
    """Stylesheets, which a program that shows the file would follow."""
    sheet = '<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?>'
    yield refused(
        "stylesheet.xml", "a stylesheet", DECLARATION + sheet + "\n" + _BODY, "forbidden", 2
    )
    yield refused(
        "stylesheet_without_declaration.xml", "a stylesheet and no XML declaration", sheet + _BODY,
        "forbidden", 1,
    )  # fmt: skip
    yield refused(
        "stylesheet_inside.xml", "a stylesheet within the pupils",
        _PLAIN.replace("<CTFpupilData>", f"<CTFpupilData>{sheet}"), "forbidden", None,
    )  # fmt: skip
    yield refused(
        "stylesheet_after.xml", "a stylesheet after the end", _PLAIN + sheet, "forbidden", None
    )
    yield Case(
        "instruction_harmless.xml", "an instruction to another program, which is passed over",
        DECLARATION + "<?export 1?>\n" + _BODY, read=1,
    )  # fmt: skip
    yield Case(
        "xinclude.xml", "a request to include a file, which nobody follows",
        _PLAIN.replace(
            "  <CTFpupilData>",
            '  <xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/hostname"/>\n'
            "  <CTFpupilData>",
        ),
        read=1,
    )  # fmt: skip
    yield Case(
        "schema_location.xml", "the address of a schema, which nobody opens",
        _PLAIN.replace(
            "<CTfile>",
            '<CTfile xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:noNamespaceSchemaLocation="http://127.0.0.1:9/ctf.xsd">',
        ),
        read=1,
    )  # fmt: skip


def sizes() -> Iterator[Case]:
    """More of something than a transfer file can need."""
    for deep in (300, 1000):
        nested = "<a>" * deep + "</a>" * deep
        yield refused(
            f"deep_{deep}.xml", f"{deep} elements inside one another",
            _PLAIN.replace("<CTFpupilData>", f"<CTFpupilData>{nested}"), "too_big", None,
        )  # fmt: skip
    yield refused(
        "deep_unclosed.xml", "elements inside one another that are never closed",
        "<CTfile>" + "<a>" * 3000, "too_big", 1,
    )  # fmt: skip
    long = "A" * 5000
    for name in ("Surname", "UPN", "DOB"):
        yield refused(
            f"long_{name.lower()}.xml", f"a value of 5,000 characters in {name}",
            invented.document(invented.pupil(1, **{name: long})), "too_big", None,
        )  # fmt: skip
    yield refused(
        "long_result.xml", "a result of 5,000 characters",
        invented.document(invented.pupil(1, invented.row("ENG", "WRI", long))), "too_big", None,
    )  # fmt: skip
    yield refused(
        "long_school_name.xml", "a school's name of 5,000 characters",
        invented.document(head=invented.header(source={"SchoolName": long})), "too_big", None,
    )  # fmt: skip
    yield refused(
        "two_senders.xml", "two schools that send",
        _PLAIN.replace(
            "    <DestSchool>",
            "    <SourceSchool>\n      <LEA>999</LEA>\n      <Estab>0302</Estab>\n"
            "    </SourceSchool>\n    <DestSchool>",
        ),
        "two_schools", None,
    )  # fmt: skip
    yield refused(
        "two_headers.xml", "two headers",
        _PLAIN.replace(
            "  <CTFpupilData>", invented.header(source={"Estab": "0302"}) + "  <CTFpupilData>"
        ),
        "two_schools", None,
    )  # fmt: skip


def encodings() -> Iterator[Case]:
    """Bytes that are not what the file says they are."""
    accented = _PLAIN.replace("Mabel", "Siân", 1)
    yield Case(
        "latin1_declared.xml", "Latin-1, and said to be",
        accented.replace("utf-8", "iso-8859-1", 1), read=1, encoding="latin-1",
    )  # fmt: skip
    yield Case(
        "windows1252_declared.xml", "Windows-1252, and said to be",
        accented.replace("utf-8", "windows-1252", 1), read=1, encoding="cp1252",
    )  # fmt: skip
    yield Case("utf16.xml", "UTF-16 with a byte-order mark", accented.replace("utf-8", "utf-16", 1),
        read=1, encoding="utf-16",
    )  # fmt: skip
    yield Case("bom.xml", "a byte-order mark", accented, read=1, encoding="utf-8-sig")
    yield Case("no_declaration.xml", "no XML declaration", _BODY, read=1)
    yield Case(
        "blank_before_declaration.xml", "empty lines before the declaration", "\n\n" + _PLAIN,
        read=1, faults=("repaired",), code="TA-015",
    )  # fmt: skip
    yield refused(
        "latin1_undeclared.xml", "Latin-1 that is said to be UTF-8", accented, "damaged", None,
        encoding="latin-1",
    )  # fmt: skip
    yield refused(
        "utf16_declared_only.xml", "UTF-8 that is said to be UTF-16",
        _PLAIN.replace("utf-8", "utf-16", 1), "damaged", None,
    )  # fmt: skip
    for name in ("x-nothing", "utf-7", "ebcdic-cp-us", "rot13", "shift_jis", "idna", "hex"):
        yield refused(
            f"encoding_{name.replace('-', '_')}.xml", f"said to be in {name}",
            _PLAIN.replace("utf-8", name, 1), "damaged", None,
        )  # fmt: skip
    yield refused(
        "utf7_hides_doctype.xml", "a document type hidden in UTF-7",
        '<?xml version="1.0" encoding="utf-7"?>\n+ADwAIQ-DOCTYPE CTfile+AD4\n' + _BODY,
        "damaged", None,
    )  # fmt: skip
    yield refused(
        "utf32.xml",
        "UTF-32",
        invented.document().replace("utf-8", "utf-32", 1),
        "wrong_type",
        None,
        encoding="utf-32",
    )
    surname = b"<Surname>Ashb"
    broken: dict[str, bytes | None] = {
        "null_byte": b"Ash\0b",
        "null_bytes_at_end": None,
        "control_character": b"Ash\x0bb",
        "escape_character": b"Ash\x1bb",
        "invalid_utf8": b"Ash\xffb",
        "overlong_utf8": b"Ash\xc0\xafb",
        "lone_surrogate": b"Ash\xed\xa0\x80b",
        "non_character": b"Ash\xef\xbf\xbfb",
        "character_nought": b"Ash&#0;b",
        "character_of_control": b"Ash&#x1b;b",
        "character_of_surrogate": b"Ash&#xD800;b",
        "character_too_large": b"Ash&#x110000;b",
    }
    for name, text in broken.items():
        data = _PLAIN.encode()
        data = data + b"\0" * 64 if text is None else data.replace(surname, b"<Surname>" + text, 1)
        yield refused(
            f"bytes_{name}.xml", f"{name.replace('_', ' ')} in a name", data, "damaged", None
        )


def not_well_formed() -> Iterator[Case]:
    """XML that is not."""
    changes = {
        "end_tag_missing": ("</Surname>", ""),
        "crossed_tags": ("</Surname>\n", "<i></Surname></i>\n"),
        "end_tag_in_capitals": ("</Surname>", "</SURNAME>"),
        "less_than_in_name": ("Mabel", "Mabel < May"),
        "ampersand_in_name": ("Mabel", "Mabel & May"),
        "attribute_without_quotes": ("<Pupil>", "<Pupil id=1>"),
        "attribute_twice": ("<Pupil>", '<Pupil id="1" id="2">'),
        "attribute_with_less_than": ("<Pupil>", '<Pupil id="<">'),
        "prefix_unbound": ("<Pupil>", "<ctf:Pupil>"),
        "comment_with_dashes": ("<Pupil>", "<!-- a -- b --><Pupil>"),
        "comment_unclosed": ("<Pupil>", "<!-- <Pupil>"),
        "cdata_unclosed": ("Mabel", "<![CDATA[Mabel"),
        "cdata_end_alone": ("Mabel", "Mabel]]>"),
        "instruction_unclosed": ("<Pupil>", "<?x <Pupil>"),
        "instruction_named_xml": ("<Pupil>", "<?xml version='1.0'?><Pupil>"),
        "tag_with_blank": ("<Surname>", "< Surname>"),
        "tag_begins_with_digit": ("<Surname>", "<1Surname>"),
        "tag_empty": ("<Surname>", "<>"),
        "version_of_xml": ('version="1.0"', 'version="9"'),
        "declaration_unclosed": ("?>", ">"),
        "declaration_without_version": (' version="1.0"', ""),
    }
    for name, (old, new) in changes.items():
        yield refused(
            f"xml_{name}.xml", name.replace("_", " "), _PLAIN.replace(old, new, 1), "damaged", None
        )
    endings = {
        "text": "end of file",
        "second_root": "<CTfile/>",
        "second_file": _PLAIN,
        "open_tag": "<",
    }
    for name, ending in endings.items():
        yield refused(
            f"after_end_{name}.xml", f"{name.replace('_', ' ')} after the end", _PLAIN + ending,
            "damaged", None,
        )  # fmt: skip
    yield refused(
        "text_first.xml", "text before the file's own element",
        DECLARATION + "Export of June\n" + _BODY, "damaged", 2,
    )  # fmt: skip


def cut_short() -> Iterator[Case]:
    """A download that was broken off, at one place after another."""
    for share in (2, 10, 25, 40, 55, 70, 85, 99):
        yield refused(
            f"cut_{share:02}.xml", f"cut off after {share} in a hundred",
            _PLAIN[: len(_PLAIN) * share // 100], "damaged", None,
        )  # fmt: skip
    for name, text in {
        "declaration": DECLARATION,
        "declaration_part": DECLARATION[:20],
        "comment": "<!-- nothing else -->",
        "start_tag": "<CTfile",
        "in_entity": _PLAIN[: _PLAIN.index("Mabel")] + "Mabel&am",
        "in_comment": _PLAIN[: _PLAIN.index("<Pupil>")] + "<!-- ",
    }.items():
        yield refused(f"only_{name}.xml", f"nothing after: {name}", text, "damaged", None)


def other_documents() -> Iterator[Case]:
    """Well-formed XML of another kind."""
    roots = {
        "html": "<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>",
        "small_letters": _BODY.replace("CTfile>", "ctfile>"),
        "wrong_capitals": _BODY.replace("CTfile>", "CTFile>"),
        "envelope": f"<Envelope>{_BODY}</Envelope>",
        "pupils_only": "<CTFpupilData><Pupil/></CTFpupilData>",
        "rss": "<rss version='2.0'><channel/></rss>",
        "svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "schema": "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>",
        "school_census": "<Message><Header/><School/></Message>",
        "workbook_2003": "<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
        "stylesheet_root": "<xsl:stylesheet version='1.0' "
        "xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>",
        "long_name": f"<{'a' * 3000}/>",
    }
    for name, text in roots.items():
        yield refused(
            f"other_{name}.xml", f"another document: {name.replace('_', ' ')}", text, "not_a_ctf", 1
        )


def other_content() -> Iterator[Case]:
    """No XML at all, whatever the name says."""
    contents = {
        "empty.xml": (b"", "empty"),
        "blanks.xml": (b" \r\n\t\n", "empty"),
        "bom_only.xml": (b"\xef\xbb\xbf", "empty"),
        "text.xml": (b"See attached.\n", "wrong_type"),
        "json.xml": (b'{"Pupil": [1, 2]}', "wrong_type"),
        "pdf.xml": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "wrong_type"),
        "picture.xml": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "wrong_type"),
        "gzip.xml": (b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\x48\x04\0", "wrong_type"),
        "rar.zip": (b"Rar!\x1a\x07\x01\0", "wrong_type"),
        "seven_zip.zip": (b"7z\xbc\xaf\x27\x1c\0\x04", "wrong_type"),
        "program.xml": (b"MZ\x90\0\x03\0\0\0", "wrong_type"),
        "database.xml": (b"SQLite format 3\0", "wrong_type"),
        "parquet.xml": (b"PAR1\x15\x04PAR1", "wrong_type"),
        "rich_text.xml": (rb"{\rtf1\ansi CTF}", "wrong_type"),
        "sheet.xml": (b"UPN,Surname,Writing\nA999030120001,Ash,EXS\n", "wrong_type"),
        "sheet_tabs.xml": (b"UPN\tSurname\tWriting\n", "wrong_type"),
        "old_workbook.xml": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64, "wrong_type"),
        "locked_workbook.xlsx": (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64
            + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
    }  # fmt: skip
    for name, (data, fault) in contents.items():
        yield refused(f"content_{name}", f"content of another kind: {name}", data, fault, None)
