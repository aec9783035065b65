/**
 * An error the AWS API would answer with. Its message reads `<code>: <text>`, as the AWS CLI shows it.
 */
export class AwsError extends Error {
  override readonly name = "AwsError";

  /**
   * @param code AWS's error code, e.g. `InvalidGroup.NotFound`.
   * @param text What is wrong, naming the value received.
   */
  constructor(
    readonly code: string,
    text: string,
  ) {
    super(`${code}: ${text}`);
  }
}
