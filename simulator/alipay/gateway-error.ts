/** A call that Alipay's gateway or its systems refuse. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code: string
  readonly sub_code: string
  /** What the gateway refuses before it knows who asks is not signed (seen on the live service). */
  readonly isSigned: boolean

  constructor(
    code: string,
    sub_code: string,
    message: string,
    isSigned = code === '40004' || code === '20000',
  ) {
    super(message)
    this.code = code
    this.sub_code = sub_code
    this.isSigned = isSigned
  }
}

export const refused = (sub_code: string, message: string): GatewayError =>
  new GatewayError('40004', sub_code, message)

export const TITLES: Readonly<Record<string, string>> = {
  '10000': 'Success',
  '20000': 'Service Currently Unavailable',
  '40001': 'Missing Required Arguments',
  '40002': 'Invalid Arguments',
  '40004': 'Business Failed',
  '40005': 'Call Limited',
  '40006': 'Insufficient Permissions',
}
