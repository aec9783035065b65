import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import type { ResourceRecord } from "../../../../lab/account/record";
import { validationOptions } from "../../../../lab/account/types/acm/issue";
import { ensureOwnedZone } from "../../../../lab/account/types/route53/ownedZone";
import { create, createWorld, rejection, TYPES, type World } from "../fixtures";
import { type InUse, itRefuses, type Malformed, type Refused } from "./cases";
import { issuedCertificate, validationInputs } from "./certificateWorld";

interface CertificateWorld extends World {
  readonly zone: ResourceRecord;
  readonly alias: ResourceRecord;
  readonly issued: ResourceRecord;
  readonly pending: ResourceRecord;
}

const NO_CERTIFICATE = "arn:aws:acm:ap-northeast-1:123456789012:certificate/none";
const RESPONSE = {
  type: "fixed-response",
  fixedResponse: { contentType: "text/plain", statusCode: "404" },
};
const https = (w: CertificateWorld, certificateArn: string) => ({
  loadBalancerArn: w.loadBalancer.id,
  port: 8443,
  protocol: "HTTPS",
  certificateArn,
  defaultActions: [RESPONSE],
});
const aliasOf = ({ outputs }: ResourceRecord, changed: object = {}) => ({
  name: outputs.dnsName,
  zoneId: outputs.zoneId,
  evaluateTargetHealth: true,
  ...changed,
});

/** What the APIs refuse, with AWS's errors. */
const REFUSED: readonly Refused<CertificateWorld>[] = [
  [
    "a listener with a certificate that does not exist",
    "listener",
    (w) => https(w, NO_CERTIFICATE),
    /^CertificateNotFound: Certificate '.*\/none' not found$/,
  ],
  [
    "a listener with a certificate that is not validated yet",
    "listener",
    (w) => https(w, w.pending.id),
    /^UnsupportedCertificate: The certificate '.*' must have a fully-qualified domain name/,
  ],
  [
    "a listener with a security policy that does not exist",
    "listener",
    (w) => ({ ...https(w, w.issued.id), sslPolicy: "ELBSecurityPolicy-TLS14" }),
    /^SSLPolicyNotFound: SSL policy 'ELBSecurityPolicy-TLS14' not found$/,
  ],
  [
    "a first name that is too long",
    "certificate",
    () => ({ domainName: `${"a".repeat(60)}.example.com`, validationMethod: "DNS" }),
    /^ValidationException: The first domain name can be no longer than 64 characters/,
  ],
  [
    "more names than a certificate may have",
    "certificate",
    () => ({
      domainName: "example.com",
      subjectAlternativeNames: Array.from({ length: 10 }, (_, i) => `${i}.example.com`),
      validationMethod: "DNS",
    }),
    /^LimitExceededException: .*10 domain names was exceeded: 11$/,
  ],
  [
    "to wait for a certificate that does not exist",
    "certificateValidation",
    () => ({ certificateArn: NO_CERTIFICATE }),
    /^ResourceNotFoundException: Could not find certificate/,
  ],
  [
    "to wait for a certificate whose records are missing",
    "certificateValidation",
    (w) => ({ certificateArn: w.pending.id }),
    /^waiting for ACM Certificate \(.*\) to be issued: timeout .*last state: 'PENDING_VALIDATION'/,
  ],
  [
    "to wait for a certificate with another one's records",
    "certificateValidation",
    (w) => ({ certificateArn: w.pending.id, validationRecordFqdns: ["_a.example.com"] }),
    /^missing later\.example\.com DNS validation record: _[0-9a-f]{32}\.later\.example\.com$/,
  ],
  [
    "a record in an unknown zone",
    "record",
    () => ({ zoneId: "Z0", name: "www", type: "A", records: ["192.0.2.1"], ttl: 60 }),
    /^NoSuchHostedZone: No hosted zone found with ID: Z0$/,
  ],
  [
    "a record that exists already",
    "record",
    (w) => ({
      zoneId: w.zone.id,
      name: "WWW.example.org.",
      type: "A",
      records: ["192.0.2.1"],
      ttl: 60,
    }),
    /^InvalidChangeBatch: \[Tried to create resource record set \[name='www\.example\.org\.', type='A'\] but it already exists\]$/,
  ],
  [
    "a CNAME next to another record",
    "record",
    (w) => ({ zoneId: w.zone.id, name: "www", type: "CNAME", records: ["a.example.net"], ttl: 60 }),
    /^InvalidChangeBatch: .*type CNAME.*conflicts with other records/,
  ],
  [
    "a CNAME at the apex",
    "record",
    (w) => ({ zoneId: w.zone.id, name: "", type: "CNAME", records: ["a.example.net"], ttl: 60 }),
    /^InvalidChangeBatch: .*not permitted at apex in zone example\.org/,
  ],
  [
    "an alias of a load balancer that does not exist",
    "record",
    (w) => ({
      zoneId: w.zone.id,
      name: "x",
      type: "A",
      aliases: [aliasOf(w.loadBalancer, { name: "none.elb.localhost" })],
    }),
    /^InvalidChangeBatch: .*that target was not found\]$/,
  ],
  [
    "an alias with a zone that is not its load balancer's",
    "record",
    (w) => ({
      zoneId: w.zone.id,
      name: "x",
      type: "A",
      aliases: [aliasOf(w.loadBalancer, { zoneId: w.zone.id })],
    }),
    /^InvalidChangeBatch: .*does not lie within the target zone\]$/,
  ],
];

const IN_USE: readonly InUse<CertificateWorld>[] = [
  ["certificate", "issued", /^ResourceInUseException: Certificate .* is in use\.$/],
  ["zone", "zone", /^HostedZoneNotEmpty: /],
];

const record = { zoneId: "Z0", name: "www", type: "A" };

const MALFORMED: readonly Malformed[] = [
  [
    "a certificate without a way to validate it",
    "certificate",
    { domainName: "a.b" },
    ["domainName"],
  ],
  [
    "a certificate for a name that is not a domain",
    "certificate",
    { domainName: "localhost", validationMethod: "DNS" },
    ["domainName"],
  ],
  ["a record without a value", "record", record, ["aliases"]],
  ["a record without ttl", "record", { ...record, records: ["192.0.2.1"] }, ["records"]],
];

describe("the account's certificates and DNS", () => {
  let account: Account;
  let world: CertificateWorld;

  beforeEach(async () => {
    account = Account.inMemory();
    const base = await createWorld(account);
    const zone = await create(account, "zone", { name: "example.org" });
    const alias = await create(account, "record", {
      zoneId: zone.id,
      name: "www",
      type: "A",
      aliases: [aliasOf(base.loadBalancer)],
    });
    const issued = await issuedCertificate(account);
    const pending = await create(account, "certificate", {
      domainName: "later.example.com",
      validationMethod: "DNS",
    });
    world = { ...base, zone, alias, issued, pending };
    await create(account, "listener", { ...https(world, issued.id), port: 443 });
  });

  itRefuses(() => ({ account, world }), { refused: REFUSED, inUse: IN_USE, malformed: MALFORMED });

  const status = ({ id }: ResourceRecord) => account.get(TYPES.certificate, id)?.outputs.status;

  // ACM user guide, "AWS Certificate Manager DNS validation".
  it("issue a certificate once the records of all its names exist, and keep it issued without them", async () => {
    const certificate = await create(account, "certificate", {
      domainName: "shop.example.org",
      subjectAlternativeNames: ["*.shop.example.org", "example.org"],
      validationMethod: "DNS",
    });
    assert.deepEqual(certificate.outputs.subjectAlternativeNames, [
      "shop.example.org",
      "*.shop.example.org",
      "example.org",
    ]);
    const options = validationOptions(certificate);
    const [shop, anyShop, apex] = options.map(({ domainName, ...proof }) => ({
      domainName,
      proof,
    }));
    assert.deepEqual(
      options.map(({ domainName }) => domainName),
      ["shop.example.org", "*.shop.example.org", "example.org"],
    );
    assert.deepEqual(shop?.proof, anyShop?.proof, "one record for a name and its subdomains");
    assert.notDeepEqual(shop?.proof, apex?.proof);
    const [first, , last] = options;
    assert.ok(first && last);
    await create(account, "record", validationInputs(first, world.zone.id));
    assert.equal(status(certificate), "PENDING_VALIDATION");
    const proof = await create(account, "record", validationInputs(last, world.zone.id));
    assert.equal(status(certificate), "ISSUED");
    const wait = { certificateArn: certificate.id, validationRecordFqdns: [proof.outputs.fqdn] };
    assert.match(
      await rejection(create(account, "certificateValidation", wait)),
      /^missing shop\.example\.org .*\nmissing \*\.shop\.example\.org /,
    );
    await create(account, "certificateValidation", { certificateArn: certificate.id });
    await account.delete(TYPES.record, proof.id);
    assert.equal(status(certificate), "ISSUED");
  });

  it("issue a certificate at once if its record exists for another one of the same name", async () => {
    const certificate = await create(account, "certificate", {
      domainName: "example.com",
      subjectAlternativeNames: ["*.example.com"],
      validationMethod: "DNS",
    });
    assert.equal(status(certificate), "ISSUED");
    assert.ok(Date.parse(String(account.get(TYPES.certificate, certificate.id)?.outputs.notAfter)));
  });

  it("complete a record's name with its zone's", async () => {
    const made = async (name: string) => {
      const inputs = { zoneId: world.zone.id, name, type: "TXT", records: ["x"], ttl: 60 };
      const { id, outputs } = await create(account, "record", inputs);
      return [id, outputs.name, outputs.fqdn];
    };
    const { id } = world.zone;
    assert.deepEqual(await made("API"), [`${id}_api_TXT`, "api", "api.example.org"]);
    assert.deepEqual(await made("b.Example.org."), [
      `${id}_b.example.org_TXT`,
      "b.example.org",
      "b.example.org",
    ]);
  });

  it("create the zone of a requested domain once, as if someone had registered it", async () => {
    const named = (name: string) =>
      account.list(TYPES.zone).filter(({ outputs }) => outputs.name === name).length;
    await ensureOwnedZone(account, "example.net.");
    await ensureOwnedZone(account, "Example.net");
    await ensureOwnedZone(account, "dev.example.net");
    assert.deepEqual([named("example.net"), named("dev.example.net")], [1, 0]);
  });
});
