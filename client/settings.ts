/** What a client is made with. */

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

export interface CommonOptions {
  /** As they are, or a provider of the AWS SDK, which is asked for each request. */
  readonly credentials: Credentials | (() => Promise<Credentials>)
  /** How often a request is sent again at most, where the API says to repeat it. @default 2 */
  readonly retries?: number | undefined
  /** The first pause before that, ms; doubled for each, and drawn by lot up to it. @default 200 */
  readonly retryDelayMs?: number | undefined
  /** For one attempt, ms. @default 35000, more than the API takes */
  readonly timeoutMs?: number | undefined
}

/** Calls the HTTP API. */
interface ApiOptions extends CommonOptions {
  /** The output `ApiUrl` of the stack. */
  readonly url: string | URL
  /** @default the one in `url`; needed for a domain of your own */
  readonly region?: string | undefined
  readonly functions?: undefined
  readonly endpoint?: undefined
}

/** Invokes the functions at Lambda, without the HTTP API. */
interface LambdaOptions extends CommonOptions {
  /** The output `MerchantFunctions` of the stack: by name the ARN of each function, as JSON or read from it. */
  readonly functions: string | Readonly<Record<string, string>>
  /** Where Lambda is reached, as by a VPC endpoint. @default Lambda's own, in the region of the functions */
  readonly endpoint?: string | URL | undefined
  readonly url?: undefined
  readonly region?: undefined
}

export type WechatPaymentsOptions = ApiOptions | LambdaOptions
