/** What a stage says of Alipay, as the functions are told it: one variable, of names and addresses alone. */
import * as v from 'valibot'
import { gatewayProblem, isLocalUrl } from './addresses.ts'

/** What is wrong with the address of Alipay's gateway; undefined when nothing is. */
export function alipayGatewayProblem(url: string): string | undefined {
  return gatewayProblem(url, 'https://openapi.alipay.com/gateway.do')
}

const Settings = v.strictObject({
  appId: v.pipe(v.string(), v.regex(/^[0-9]{8,32}$/)),
  gatewayUrl: v.pipe(
    v.string(),
    v.check((url) => isLocalUrl(url) || alipayGatewayProblem(url) === undefined),
  ),
  /** The merchant's own number at Alipay, where notifications are to be compared with it. */
  sellerId: v.optional(v.pipe(v.string(), v.regex(/^2088[0-9]{12}$/))),
})

export type AlipaySettings = v.InferOutput<typeof Settings>

export const formatAlipaySettings = (settings: AlipaySettings): string => JSON.stringify(settings)

/** @returns undefined for what is none. */
export function parseAlipaySettings(text: string): AlipaySettings | undefined {
  try {
    const parsed = v.safeParse(Settings, JSON.parse(text))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}
