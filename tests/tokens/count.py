"""Counts the tokens of texts with tiktoken: reads a JSON text a line, writes its count in each encoding that is named."""

import json
import sys

import tiktoken

encodings = [tiktoken.get_encoding(name) for name in sys.argv[1:]]
for line in sys.stdin:
    text = json.loads(line)
    print(*(len(encoding.encode_ordinary(text)) for encoding in encodings))
