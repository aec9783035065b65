import {
  createPrivateKey,
  type KeyObject,
  randomBytes,
  webcrypto,
  X509Certificate,
} from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";

import type * as X509 from "@peculiar/x509";

import { replaceFile } from "../../../../shared/replaceFile";

/** A certificate with its private key, both as PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNING_ALGORITHM = { name: "ECDSA", hash: "SHA-256" } as const;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Longer than any lab lasts. */
const AUTHORITY_DAYS = 3650;
/** Close to the maximum that browsers accept; a listener gets a new certificate each time it opens. */
const CERTIFICATE_DAYS = 397;

const { subtle } = webcrypto;
type Key = webcrypto.CryptoKey;

/** The private key of a certificate; undefined if they do not match, or one of them is damaged. */
function keyOf(cert: string, pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    return new X509Certificate(cert).checkPrivateKey(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The lab's own certificate authority, which signs the certificates of HTTPS listeners. Only clients configured to
 * trust it do so. It is kept in its folder, so that clients need to be configured only once.
 */
export class CertificateAuthority {
  private constructor(
    /** Its certificate, for `curl --cacert`, `NODE_EXTRA_CA_CERTS` and browsers. */
    readonly file: string,
    private readonly certificate: X509.X509Certificate,
    private readonly signingKey: Key,
  ) {}

  /**
   * Opens the authority of a folder, and creates it if missing; only its owner can read the key.
   *
   * @throws Error if the two files do not match, or are damaged.
   */
  static async open(dir: string): Promise<CertificateAuthority> {
    const file = join(dir, "ca.pem");
    const keyFile = join(dir, "ca-key.pem");
    if (!existsSync(file) || !existsSync(keyFile)) {
      const { cert, key } = await newAuthority();
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      await replaceFile(keyFile, key, { mode: 0o600 });
      await replaceFile(file, cert, { mode: 0o644 });
    }
    const cert = readFileSync(file, "utf8");
    const key = keyOf(cert, readFileSync(keyFile, "utf8"));
    if (key === undefined) {
      throw new Error(
        `${keyFile} is not the key of ${file}; delete both, and the lab creates new ones`,
      );
    }
    const pkcs8 = key.export({ type: "pkcs8", format: "der" });
    const signingKey = await subtle.importKey("pkcs8", pkcs8, ALGORITHM, false, ["sign"]);
    const x509 = await library();
    return new CertificateAuthority(file, new x509.X509Certificate(cert), signingKey);
  }

  /**
   * Issues a certificate for names and addresses; the first becomes its common name.
   *
   * @param names e.g. `example.com`, `*.example.com`, `127.0.0.1`.
   */
  async issue(names: readonly string[]): Promise<Identity> {
    const [x509, keys] = await Promise.all([library(), newKeys()]);
    const certificate = await x509.X509CertificateGenerator.create(
      {
        serialNumber: serialNumber(),
        subject: [{ CN: [names[0] ?? "localhost"] }],
        issuer: this.certificate.subjectName,
        ...validFor(CERTIFICATE_DAYS),
        publicKey: keys.publicKey,
        signingKey: this.signingKey,
        signingAlgorithm: SIGNING_ALGORITHM,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(
            names.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value })),
          ),
          await x509.AuthorityKeyIdentifierExtension.create(this.certificate, false, webcrypto),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        ],
      },
      webcrypto,
    );
    return { cert: certificate.toString("pem"), key: await pemOf(keys.privateKey) };
  }
}

async function newAuthority(): Promise<Identity> {
  const [x509, keys] = await Promise.all([library(), newKeys()]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: [{ CN: [`ecs-handson lab ${randomBytes(4).toString("hex")}`] }],
      ...validFor(AUTHORITY_DAYS),
      keys,
      signingAlgorithm: SIGNING_ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { cert: certificate.toString("pem"), key: await pemOf(keys.privateKey) };
}

/** Loaded on demand, since it takes half a second and a lab without HTTPS does not need it. */
async function library(): Promise<typeof X509> {
  await import("reflect-metadata"); // required by the library's dependencies
  return await import("@peculiar/x509");
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

/** Valid from yesterday on, to allow for clocks that differ. */
function validFor(days: number): { notBefore: Date; notAfter: Date } {
  const notBefore = Date.now() - DAY_MS;
  return { notBefore: new Date(notBefore), notAfter: new Date(notBefore + days * DAY_MS) };
}

/** 20 octets at most, and positive (RFC 5280, section 4.1.2.2). */
const serialNumber = () => `01${randomBytes(15).toString("hex")}`;

async function pemOf(key: Key): Promise<string> {
  const der = Buffer.from(await subtle.exportKey("pkcs8", key));
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" })
    .export({ type: "pkcs8", format: "pem" })
    .toString();
}
