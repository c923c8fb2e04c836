# raise SystemExit without an argument exits 0.

print("one")
raise SystemExit
print("two")
