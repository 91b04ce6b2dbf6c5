#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the certificates that the tests use, good for a hundred years. They are
# worth nothing outside: run again only if an algorithm gets too old.
set -eu
cd "$(dirname "$0")"
days=36500

authority () { # name
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  openssl req -x509 -new -key "$1.key" -sha256 -days $days -subj "/CN=Hoist test $1" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign -out "$1.crt"
}

server () { # name authority alternative-names
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' "$3" > ext
  openssl req -new -key "$1.key" -subj "/CN=Hoist test $1" |
    openssl x509 -req -CA "$2.crt" -CAkey "$2.key" -CAcreateserial -sha256 -days $days \
      -extfile ext -out "$1.crt"
  openssl pkcs8 -topk8 -nocrypt -in "$1.key" -out "$1.p8"
  cat "$1.crt" "$1.p8" > "$1.pem"
  rm -f "$1.key" "$1.p8" "$1.crt" ext
}

authority ca
authority other-ca
server localhost ca DNS:localhost,DNS:lab.localhost,IP:127.0.0.1,IP:::1
server other-host ca DNS:uploads.example.org
server stranger other-ca DNS:localhost,IP:127.0.0.1
mv ca.crt ca.pem
rm -f ca.key other-ca.key other-ca.crt ./*.srl
