import type { Account } from "../../account/account";
import { PUSHED_IMAGE, REPOSITORY } from "../../account/types/ecr/tokens";

/**
 * Pushes a placeholder with this tag to each repository without images. It has no files: services can refer to it, but
 * no task can run from it.
 */
export async function pushPlaceholderImages(account: Account, tag: string): Promise<void> {
  const image = {
    digest: `sha256:${"a".repeat(64)}`,
    tags: [tag],
    pushedAt: "2026-01-01T00:00:00Z",
  };
  const has = new Set(account.list(PUSHED_IMAGE).map(({ inputs }) => inputs.repository));
  for (const { id: repository } of account.list(REPOSITORY)) {
    if (has.has(repository)) continue;
    const inputs = { ...image, repository };
    await account.create({ type: PUSHED_IMAGE, urn: "urn:lab:push", inputs, region: "" });
  }
}
