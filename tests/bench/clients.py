# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients that tests/bench/run measures, each with the same part size and as many connections."""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hoist import HOISTCTL, MIB
from rig import BUCKET, KEY, REGION, SECRET, TOOLS

BOTO3 = Path(__file__).with_name('boto3-upload')


@dataclass
class Work:
    """What is to be sent: one large file, or a folder of small ones."""
    target: object
    paths: list
    folder: Path
    part_bytes: int
    connections: int
    one_file: bool
    parts: Path = None  # of the large file, a file each, for who cannot send ranges


@dataclass
class Client:
    name: str
    command: list
    env: dict = field(default_factory=dict)
    slow: bool = False  # measured in fewer rounds
    requests: int = 0   # how many PUTs there are at least; 0 = as many as there are files or parts


def keys_file(session):
    path = session.folder / 'keys'
    path.write_text(f'{KEY}\n{SECRET}\n')
    path.chmod(0o600)
    return path


class Hoistctl:
    """hoistctl with one destination for each kind of checksum, and a list of uploads that begins empty each time."""

    def __init__(self, session, target, part_bytes):
        self.session, self.keys = session, keys_file(session)
        for name, checksum in (('sha256', 'sha256'), ('none', 'none')):
            trust = ['--ca-file', target.sink.ca] if target.tls else []
            run = session.run([HOISTCTL, 'destination', 'add', '--type', 's3', '--region', REGION, '--bucket', BUCKET,
                               '--token-file', self.keys, '--set', f'checksum={checksum}', '--set',
                               f'part-size={part_bytes}', *trust, self.name(target, name), target.url])
            if run.returncode:
                raise RuntimeError(run.stderr)

    @staticmethod
    def name(target, checksum):
        return f'{checksum}-{target.port}'

    def client(self, name, work, checksum, *options, adaptive=False):
        """adaptive: as many connections as it finds to be best."""
        state = tempfile.mkdtemp(prefix='state-', dir=self.session.folder)
        what = work.paths if work.one_file else [work.folder]
        parallel = [] if adaptive else ['--parallel', work.connections]
        return Client(name, [HOISTCTL, 'upload', '--json', '--to', self.name(work.target, checksum), '--token-file', self.keys,
                             *parallel, *options, *what], {'XDG_STATE_HOME': state})


def hoistctl_clients(ctl, work):
    yield ctl.client('**hoistctl**', work, 'sha256')
    yield ctl.client('hoistctl, as many connections as it chooses', work, 'sha256', adaptive=True)
    if work.one_file:
        yield ctl.client('hoistctl, without the whole file’s SHA-256', work, 'sha256', '--no-sha256')
    yield ctl.client('hoistctl, no checksums', work, 'none', '--no-sha256')
    through = ctl.client('hoistctl, no checksums, bodies through libsoup', work, 'none', '--no-sha256')
    through.env['HOIST_DIRECT'] = '0'
    yield through


def raw_clients(work):
    kinds = {False: (('raw sendfile(2)', 'sendfile'), ('raw pread(2), send(2)', 'pread'), ('raw, SHA-256', 'sha256')),
             True: (('raw GnuTLS', 'tls'), ('raw GnuTLS, SHA-256', 'tls-sha256'))}
    for name, kind in kinds[work.target.tls]:
        yield Client(name, [TOOLS / 'raw', kind, work.target.port, work.connections, work.part_bytes, *work.paths])


def curl_client(work, session):
    """It sends whole files only: the parts are files of their own."""
    paths = sorted(work.parts.iterdir()) if work.one_file else work.paths
    listing = session.folder / 'curl.list'
    listing.write_text(''.join(
        f'upload-file = "{path}"\nurl = "{work.target.url}/{BUCKET}/curl/{path.name}"\noutput = "/dev/null"\n' for path in paths))
    trust = ['--cacert', work.target.sink.ca] if work.target.tls else []
    return Client('curl', ['curl', '--silent', '--show-error', '--fail', '--parallel', '--parallel-max', work.connections, *trust,
                           '--config', listing])


def rclone_clients(work, session):
    env = {'RCLONE_CONFIG': '/dev/null', 'RCLONE_CONFIG_B_TYPE': 's3', 'RCLONE_CONFIG_B_PROVIDER': 'Other',
           'RCLONE_CONFIG_B_ENDPOINT': work.target.url, 'RCLONE_CONFIG_B_ACCESS_KEY_ID': KEY,
           'RCLONE_CONFIG_B_SECRET_ACCESS_KEY': SECRET, 'RCLONE_CONFIG_B_REGION': REGION,
           'RCLONE_CONFIG_B_FORCE_PATH_STYLE': 'true', 'RCLONE_S3_NO_CHECK_BUCKET': 'true', 'NO_PROXY': '*'}
    trust = ['--ca-cert', work.target.sink.ca] if work.target.tls else []
    size = f'{work.part_bytes // MIB}M'
    command = ['rclone', 'copy', '--transfers', work.connections, '--checkers', work.connections, '--s3-upload-concurrency',
               work.connections, '--s3-chunk-size', size, '--s3-upload-cutoff', size, *trust,
               work.paths[0] if work.one_file else work.folder, f'B:{BUCKET}/rclone']
    yield Client('rclone', command, env, slow=True)
    if work.one_file:
        yield Client('rclone, no checksums', [*command, '--s3-disable-checksum'], env, slow=True)


def aws_env(work, session):
    config = session.folder / 'aws.conf'
    config.write_text(
        f'[default]\nregion={REGION}\ns3 =\n  max_concurrent_requests = {work.connections}\n'
        f'  multipart_chunksize = {work.part_bytes // MIB}MB\n  multipart_threshold = {work.part_bytes // MIB}MB\n'
        '  addressing_style = path\n')
    return {'AWS_ACCESS_KEY_ID': KEY, 'AWS_SECRET_ACCESS_KEY': SECRET, 'AWS_CONFIG_FILE': str(config), 'AWS_PAGER': '',
            'AWS_EC2_METADATA_DISABLED': 'true', 'NO_PROXY': '*',
            **({'AWS_CA_BUNDLE': str(work.target.sink.ca)} if work.target.tls else {})}


def s3cmd_client(work, session):
    config = session.folder / 's3cmd.conf'
    config.write_text(
        f'[default]\naccess_key = {KEY}\nsecret_key = {SECRET}\nhost_base = {work.target.host}\nhost_bucket = {work.target.host}\n'
        f'use_https = {work.target.tls}\nmultipart_chunk_size_mb = {work.part_bytes // MIB}\nbucket_location = {REGION}\n'
        f'ca_certs_file = {work.target.sink.ca}\nsignature_v2 = False\n')
    what = [work.paths[0]] if work.one_file else ['--recursive', f'{work.folder}/']
    return Client('s3cmd (one connection)', ['s3cmd', '--config', config, '--no-progress', '--quiet', 'put', *what,
                                            f's3://{BUCKET}/s3cmd/'], slow=True)


def peers(work, session):
    """Those of Debian that are installed."""
    yield curl_client(work, session)
    if shutil.which('rclone'):
        yield from rclone_clients(work, session)
    env = aws_env(work, session)
    # Debian's, not what some folder of the path has besides.
    if Path('/usr/bin/aws').exists():
        what = [work.paths[0]] if work.one_file else ['--recursive', work.folder]
        yield Client('aws-cli', ['/usr/bin/aws', '--endpoint-url', work.target.url, 's3', 'cp', '--quiet', *what,
                                 f's3://{BUCKET}/aws/'], env, slow=True)
    if subprocess.run(['/usr/bin/python3', '-c', 'import boto3'], check=False, capture_output=True).returncode == 0:
        yield Client('boto3', ['/usr/bin/python3', BOTO3, work.target.url, BUCKET, work.part_bytes, work.connections,
                               work.paths[0] if work.one_file else work.folder], env, slow=True)
    if shutil.which('s3cmd'):
        yield s3cmd_client(work, session)
