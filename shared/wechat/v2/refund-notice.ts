/**
 * The notice of a refund in the form of APIv2: the only one that WeChat sends for refunds that are made on the merchant platform
 * (doc v2/partner/4011989265). It carries no signature. Of all that it says, only the number of the refund is taken, to ask for.
 */
import type { KeyObject } from 'node:crypto'
import { decryptEcb } from '#shared/crypto/ecb.ts'
import { refundNumber } from '#shared/wechat/wire-format.ts'
import { parseWith } from '#shared/wire-rules.ts'
import { readFlatXml } from './flat-xml.ts'

/** WeChat names 1,024 characters. */
const MAX_SEALED = 8192

export interface RefundNoticeV2 {
  readonly mch_id: string
  /** Sealed with the APIv2 key. */
  readonly req_info: string
}

/** @returns undefined when it is no such notice. */
export function readRefundNotice(body: Uint8Array): RefundNoticeV2 | undefined {
  const fields = readFlatXml(body, 'xml')
  const [code, mch_id, req_info] = ['return_code', 'mch_id', 'req_info'].map((name) => fields?.get(name))
  if (code !== 'SUCCESS' || mch_id === undefined || mch_id === '') return undefined
  if (req_info === undefined || req_info === '' || req_info.length > MAX_SEALED) return undefined
  return { mch_id, req_info }
}

/** Only to be asked for; nobody vouches for it. @returns undefined when no key opens it, or it names no refund. */
export function refundNumberIn({ req_info }: RefundNoticeV2, keys: readonly KeyObject[]): string | undefined {
  const [fields] = decryptEcb(keys, req_info).flatMap((plain) => readFlatXml(plain, 'root') ?? [])
  const number = parseWith(refundNumber, fields?.get('out_refund_no'))
  return number.ok ? number.value : undefined
}
