/** What a client of the local cloud must know: where its services listen, and with which credentials it is let in. */

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Where the SDK inside a function finds each service (`AWS_ENDPOINT_URL_*`, a setting of every AWS SDK). */
export interface ServiceEndpoints {
  readonly dynamodb: string
  readonly sqs: string
  readonly sns: string
  readonly secretsmanager: string
  readonly s3: string
}

/** What every AWS SDK reads to find the local services instead of AWS. */
export function serviceVariables({
  region,
  credentials,
  endpoints,
}: {
  readonly region: string
  readonly credentials: Credentials
  readonly endpoints: ServiceEndpoints
}): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_SNS: endpoints.sns,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsmanager,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
  }
}

/** For the aws command line: whatever is not served here is refused here, and nothing goes out to AWS by mistake. */
export function operatorVariables(
  stack: Parameters<typeof serviceVariables>[0] & { readonly endpoints: { readonly operator: string } },
): Record<string, string> {
  return { ...serviceVariables(stack), AWS_ENDPOINT_URL: stack.endpoints.operator }
}
