/**
 * An error that the AWS API would return. Its message reads `<code>: <text>`, as the AWS CLI shows it.
 */
export class AwsError extends Error {
  override readonly name = "AwsError";

  /**
   * @param code AWS's error code, e.g. `InvalidGroup.NotFound`.
   * @param text What is wrong, including the invalid value.
   */
  constructor(
    readonly code: string,
    text: string,
  ) {
    super(`${code}: ${text}`);
  }
}
