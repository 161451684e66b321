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
}
