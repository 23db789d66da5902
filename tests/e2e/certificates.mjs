// Certificates for servers on this machine, made anew: of an authority that the test lets its editor trust, good and bad ones.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes an authority. `authority` is the file of its certificate; each of the other members gives the key and the certificate
 * of a server, as `node:https` takes them.
 */
export function makeCertificates() {
  const folder = mkdtempSync(join(tmpdir(), 'litellm-gateway-certificates-'));
  const file = (name) => join(folder, name);
  const openssl = (...parameters) => execFileSync('openssl', parameters, { stdio: 'pipe' });
  let made = 0;

  const makeAuthority = (name) => {
    const subject = ['-subj', `/CN=${name}`, '-days', '2'];
    const extensions = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign'];
    const files = ['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)];
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...extensions, ...files);
  };

  /** A certificate by an authority, for a host, which is valid from and until these days from now. */
  const make = ({ by = 'authority', host = 'localhost', from = -2, until = 2 } = {}) => {
    made += 1;
    const [key, request, extensions, certificate] = ['key', 'csr', 'ext', 'pem'].map((ending) =>
      file(`${made}.${ending}`),
    );
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${host}`, '-keyout', key, '-out', request);
    writeFileSync(extensions, `subjectAltName=DNS:${host}\n`);
    const signer = ['-config', file('ca.conf'), '-cert', file(`${by}.pem`), '-keyfile', file(`${by}.key`)];
    const dates = ['-startdate', day(from), '-enddate', day(until)];
    openssl(
      'ca',
      '-batch',
      '-notext',
      ...signer,
      ...dates,
      '-extfile',
      extensions,
      '-in',
      request,
      '-out',
      certificate,
    );
    return { key: readFileSync(key), cert: readFileSync(certificate) };
  };

  writeFileSync(file('index'), '');
  writeFileSync(file('ca.conf'), configuration(folder));
  for (const name of ['authority', 'stranger']) makeAuthority(name);
  return {
    authority: file('authority.pem'),
    good: () => make(),
    expired: () => make({ from: -10, until: -5 }),
    ofAnotherHost: () => make({ host: 'other.example.com' }),
    ofAStranger: () => make({ by: 'stranger' }),
    selfSigned: () => {
      const files = ['-keyout', file('self.key'), '-out', file('self.pem')];
      openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', ...files);
      return { key: readFileSync(file('self.key')), cert: readFileSync(file('self.pem')) };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** What `openssl ca` wants to be told; its other command for certificates knows no dates in the past. */
function configuration(folder) {
  return `[ca]
default_ca = made
[made]
database = ${folder}/index
new_certs_dir = ${folder}
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
`;
}

/** A day from now, as `YYYYMMDDHHMMSSZ`. */
function day(fromNow) {
  const date = new Date(Date.now() + fromNow * 24 * 60 * 60 * 1000);
  return `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
}
