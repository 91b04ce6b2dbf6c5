# SPDX-License-Identifier: GPL-3.0-or-later
"""An authority of a test's own, and the certificates that it issues."""

import subprocess


class Authority:
    """Makes certificates in a folder with openssl; `ca` is the file to trust."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.ca = self.make('ca', ('-x509', '-addext', 'basicConstraints=critical,CA:TRUE'))

    def openssl(self, *arguments):
        subprocess.run(['openssl', *map(str, arguments)], cwd=self.folder, check=True, capture_output=True)

    def make(self, name, options):
        """Makes a certificate that signs itself."""
        self.openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout',
                     f'{name}.key', '-out', f'{name}.crt', '-subj', f'/CN={name}', *options)
        return self.folder / f'{name}.crt'

    def issue(self, name, host='localhost', begins='20200101000000Z', ends='20990101000000Z'):
        """Has our authority make a certificate; returns the file with its key."""
        self.openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout',
                     f'{name}.key', '-out', f'{name}.csr', '-subj', f'/CN={name}')
        for made in ('index.txt', 'serial'):
            (self.folder / made).unlink(missing_ok=True)
        (self.folder / 'index.txt').touch()
        (self.folder / 'serial').write_text('%06x\n' % (abs(hash(name)) % 0xffffff))
        (self.folder / 'ca.conf').write_text(
            '[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\n'
            f'x509_extensions=e\n[p]\ncommonName=supplied\n[e]\nsubjectAltName=DNS:{host}\n')
        self.openssl('ca', '-batch', '-notext', '-config', 'ca.conf', '-cert', 'ca.crt', '-keyfile', 'ca.key', '-in',
                     f'{name}.csr', '-out', f'{name}.crt', '-startdate', begins, '-enddate', ends)
        bundle = self.folder / f'{name}.pem'
        bundle.write_text((self.folder / f'{name}.crt').read_text() + (self.folder / f'{name}.key').read_text())
        return bundle
