# SPDX-License-Identifier: GPL-3.0-or-later
"""What a QR code says: zbar reads it."""

import subprocess

MODULE_PIXELS = 4


def read_picture(path):
    """The texts of the QR codes in a picture."""
    run = subprocess.run(
        ['zbarimg', '--quiet', '--nodbus', '--raw', '-Sdisable', '-Sqrcode.enable', path],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return run.stdout.splitlines()


def read_text(folder, lines):
    """The text of a QR code that was printed in half blocks, two rows of modules a line."""
    rows = []
    for line in lines:
        rows.append([character in '▀█' for character in line])
        rows.append([character in '▄█' for character in line])
    pixels = b''.join(
        b''.join((b'\x00' if dark else b'\xff') * MODULE_PIXELS for dark in row) * MODULE_PIXELS for row in rows)
    path = folder / 'printed-qr.pgm'
    path.write_bytes(b'P5 %d %d 255\n' % (len(rows[0]) * MODULE_PIXELS, len(rows) * MODULE_PIXELS) + pixels)
    (text,) = read_picture(path)
    return text
