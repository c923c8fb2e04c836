# unicodedata: names, categories, numbers, decompositions, normal forms; and version 3.2.
import unicodedata

for c in 'aÉ5½Ⅷ٣中﷽ ́\n\u0378🐍':
    print(ascii(c), unicodedata.name(c, None), unicodedata.category(c), unicodedata.bidirectional(c), unicodedata.combining(c),
          unicodedata.mirrored(c), unicodedata.east_asian_width(c), unicodedata.decomposition(c),
          unicodedata.decimal(c, None), unicodedata.digit(c, None), unicodedata.numeric(c, None))
print(ascii(unicodedata.lookup('SNAKE')), ascii(unicodedata.lookup('latin small letter e with acute')))
for form in ('NFC', 'NFD', 'NFKC', 'NFKD'):
    print(form, ascii(unicodedata.normalize(form, 'é ﬁ Å ｶﾞ 한')), unicodedata.is_normalized(form, 'é'))
print(unicodedata.unidata_version, unicodedata.ucd_3_2_0.unidata_version, unicodedata.ucd_3_2_0.category('🐍'))
for bad in (lambda: unicodedata.name('\n'), lambda: unicodedata.lookup('NO SUCH THING'), lambda: unicodedata.category('ab'),
            lambda: unicodedata.digit('x'), lambda: unicodedata.normalize('X', ''), lambda: unicodedata.numeric('x')):
    try:
        bad()
    except Exception as problem:
        print(type(problem).__name__, problem)
