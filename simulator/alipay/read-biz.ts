/** Reads the `biz_content` of a call. */
import * as v from 'valibot'
import { GatewayError } from './gateway-error.ts'

/** @throws GatewayError `ACQ.INVALID_PARAMETER` */
export function read<S extends v.GenericSchema>(schema: S, biz: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, biz)
  if (result.success) return result.output
  const { path, message }: v.BaseIssue<unknown> = result.issues[0]
  const field = path?.map(({ key }) => String(key)).join('.') ?? 'biz_content'
  throw new GatewayError('40004', 'ACQ.INVALID_PARAMETER', `参数无效 ${field}: ${message}`)
}
