/**
 * Keeps `npm run test:unit` quick: what takes long says so there by failing.
 * @param what what the test needs, e.g. `a browser`
 */
export function refuseInUnitTests(what: string): void {
  if (process.env.ECS_HANDSON_UNIT_TESTS === undefined) return;
  throw new Error(`a test that needs ${what} is no unit test: list its file in tests/files.cjs`);
}
