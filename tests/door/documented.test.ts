import assert from "node:assert/strict";
import * as path from "node:path";

import { PUSHED_IMAGE } from "../../lab/account/types/ecr/tokens";
import { englishPages } from "../docs/commands";
import { fencesOf, readPage } from "../docs/pages";
import { engineTimeout, pulumiCli } from "../lab/cli/harness";
import { Engine } from "../lab/provider/client";
import { Door } from "./door";

/** What a reader puts in place of each placeholder. */
const placeholders: [what: string, value: string][] = [
  ["<owner>/<name>", "ann/ecs-handson"],
  ["<bucket>", "states"],
  ["<key's ARN>", "arn:aws:kms:ap-northeast-1:123456789012:key/1"],
];

/** Commands that must have been typed before a block, as its page says or shows, by the block's first line. */
const given: Record<string, string[]> = {
  "pulumi stack export --stack alice --file alice.json": ["pulumi stack init alice"],
  "pulumi config set chapters microservices": ["pulumi stack init alice"],
  "pulumi config set cicdSource github": ["pulumi stack init alice"],
  "ECR_REPOSITORY=123456789012.dkr.ecr.ap-northeast-1.amazonaws.com": [
    "pulumi stack init dev",
    "pulumi up --config nginxImage=build",
  ],
};

/** Images that a block pushes, by its first line: the stand-in for docker pushes none. */
const pushed: Record<string, { repository: string; tag: string }> = {
  "ECR_REPOSITORY=123456789012.dkr.ecr.ap-northeast-1.amazonaws.com": {
    repository: "ecs-handson-dev/nginx",
    tag: "1",
  },
};

/** Pushes an image to the account, as `docker push` would. */
async function push(port: number, repository: string, tag: string): Promise<void> {
  const engine = new Engine(port);
  try {
    await engine.configure({ region: "ap-northeast-1" });
    const digest = `sha256:${"a".repeat(64)}`;
    const pushedAt = "2026-01-01T00:00:00Z";
    await engine.create(PUSHED_IMAGE, { repository, digest, tags: [tag], pushedAt });
  } finally {
    engine.close();
  }
}

const blocks = englishPages().flatMap((page) =>
  fencesOf(readPage(page))
    .filter(({ info }) => /^sh\b/.test(info))
    .map((fence) => ({ page, ...fence })),
);

describe("the documentation's commands for AWS, typed with the lab's providers in place of AWS's", function () {
  this.timeout(3 * engineTimeout);
  let door: Door;

  before(pulumiCli);
  before(async () => {
    door = await Door.open();
    door.env.PULUMI_BACKEND_URL = `file://${path.join(door.folder, "backend")}`;
    // These need the internet or a container engine; the stand-ins print their arguments.
    const aws = 'echo "aws $*"; [ "$2" != get-login-password ] || echo a-password';
    await door.standIn("aws", aws);
    // Also as a shell function, which takes precedence over a real aws wherever that is.
    door.env["BASH_FUNC_aws%%"] = `() { ${aws}; }`;
    await door.standIn("docker", '[ "$1" != login ] || cat > /dev/null; echo "docker $*"');
    await door.standIn("curl", 'case "$1" in http://handson-*.localhost/) ;; *) exit 7 ;; esac');
  });
  after(() => door.close());

  afterEach(async () => {
    for (const folder of [".", "infra/github-oidc"]) {
      const listed = await door.types("pulumi stack ls --json", folder);
      for (const { name } of JSON.parse(listed) as { name: string }[]) {
        await door.types(`pulumi destroy --stack ${name}`, folder);
        await door.types(`pulumi stack rm ${name}`, folder);
      }
    }
  });

  for (const { page, line, text } of blocks.filter(({ info }) => info === "sh aws")) {
    const [first = ""] = text.split("\n");
    it(`${page}, line ${line}: ${first}`, async () => {
      for (const command of given[first] ?? []) await door.types(command);
      const image = pushed[first];
      if (image) await push(door.providerPort, image.repository, image.tag);
      const typed = placeholders.reduce(
        (result, [what, value]) => result.replaceAll(what, value),
        text,
      );
      assert.doesNotMatch(typed, /<[a-z' ]+>/i, "all placeholders are known");
      await door.types(typed);
    });
  }

  it("are the same in README.ja.md as in English", () => {
    const typed = (name: string) =>
      fencesOf(readPage(name))
        .filter(({ info }) => /^(sh|text)\b/.test(info))
        .map(({ info, text }) => ({ info, text }));
    assert.deepEqual(typed("README.ja.md"), typed("README.md"));
  });
});
