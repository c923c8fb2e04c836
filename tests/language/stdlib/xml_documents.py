"""XML through `xml.etree`, `xml.dom`, `xml.sax`, `plistlib` and expat itself: namespaces, entities, parts, failures."""

import io
import plistlib
import xml.dom.minidom
import xml.etree.ElementTree as tree
import xml.sax
from xml.parsers import expat

DOCUMENT = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE list [
  <!ENTITY who "w<b>o</b>rld">
  <!ELEMENT list (item*, end?)>
  <!ATTLIST item kind (a|b) "a" id ID #IMPLIED>
  <!NOTATION gif PUBLIC "viewer">
]>
<!-- about -->
<?go now?>
<list xmlns="urn:x" xmlns:y="urn:y" y:n=' 1 &lt; 2
3 '>
  <item id=" q "/>text &amp; &#x41;&#66; &who;<![CDATA[<raw> & so]]>
  <y:item>é</y:item></list>
"""

root = tree.fromstring(DOCUMENT)
print(tree.tostring(root, encoding="unicode"))
for element in root.iter():
    print(element.tag, element.attrib, repr(element.text), repr(element.tail))
print([event for event, _ in tree.iterparse(io.BytesIO(DOCUMENT.encode()), ("start", "end", "start-ns", "end-ns"))])
pull = tree.XMLPullParser(("start", "end"))
for c in "<a><b>x</b></a>":
    pull.feed(c)
print([(event, element.tag) for event, element in pull.read_events()])
print(tree.fromstring("<a>ä</a>".encode("latin-1").join([b"<?xml version='1.0' encoding='latin-1'?>", b""])).text)
print(tree.fromstring("<?xml version='1.0' encoding='utf-16'?><a>ä\U0001f600</a>".encode("utf-16")).text)

dom = xml.dom.minidom.parseString(DOCUMENT)
print(dom.toxml())
print(dom.doctype.name, dom.doctype.internalSubset)


class Show(xml.sax.ContentHandler):
    def startElement(self, name, attrs):
        print("start", name, dict(attrs))

    def endElement(self, name):
        print("end", name)

    def characters(self, content):
        print("text", repr(content))


xml.sax.parseString(b"<a x='1'>one\ntwo<b/></a>", Show())
print(plistlib.loads(plistlib.dumps({"a": [1, 2.5, True, b"raw"], "b": {"c": "text"}})))

for separator in (None, " "):
    parser = expat.ParserCreate(namespace_separator=separator)
    for name in dir(parser):
        if name.endswith("Handler") and "Default" not in name and name != "NotStandaloneHandler":
            setattr(parser, name, lambda *args, name=name: print(name, args) or 1)
    print(parser.Parse(DOCUMENT, True))

for document in (b"", b"<a", b"<a>", b"<a></b>", b"<a/><b/>", b"x<a/>", b"<a>&no;</a>", b"<a b='1' b='2'/>", b"<a b=1/>",
                 b"<a b='<'/>", b"<a>\0</a>", b"<a>&#0;</a>", b"<a>]]></a>", b"<!-- a -- b --><a/>", b"<a>\xff</a>", b"<1/>",
                 b"<a>&no</a>", b"<a><![CDATA[x</a>", b"<a>\n\n  <b></a>", b"<a/>x", b"<a b='1'c='2'/>", b"<?xml no?><a/>",
                 b"<!DOCTYPE a [<!ENTITY x '&x;'>]><a>&x;</a>", b"<!DOCTYPE a [<!ENTITY x '<b>'>]><a>&x;</a>"):
    try:
        expat.ParserCreate().Parse(document, True)
    except expat.ExpatError as error:
        print(document, error, error.code, error.lineno, error.offset, expat.errors.messages[error.code])
for document in ("<p:a/>", "<a xmlns:p=''/>", "<a xmlns:xml='urn:x'/>"):
    try:
        expat.ParserCreate(namespace_separator="}").Parse(document, True)
    except expat.ExpatError as error:
        print(document, error)
LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 9))
try:
    tree.fromstring(f'<!DOCTYPE a [<!ENTITY l0 "{"ha" * 50}">{LAUGHS}]><a>&l8;</a>')
except tree.ParseError as error:
    print(error)
