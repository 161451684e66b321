/** What Alipay looks at before a call is one: who asks, that it is they, and when (opendocs.alipay.com common/02km9f). */
import { beijingTime } from '#shared/alipay/beijing-time.ts'
import { signedText } from '#shared/alipay/signed-text.ts'
import { verifySha256 } from '#shared/crypto/rsa.ts'
import { isObject } from '#shared/json.ts'
import { GatewayError } from './gateway-error.ts'
import type { AlipayKeys } from './keys.ts'
import type { MethodCall } from './methods.ts'

type Parameters = ReadonlyMap<string, string>

export interface CheckedCall extends MethodCall {
  /** What faults look at. */
  readonly numbers: {
    readonly out_trade_no?: string
    readonly out_request_no?: string
  }
}

interface Who {
  readonly appId: string
  readonly keys: AlipayKeys
}

/** @throws GatewayError, which the gateway does not sign. */
export function checkCall({ appId, keys }: Who, parameters: Parameters): CheckedCall {
  for (const name of ['app_id', 'method', 'charset', 'sign_type', 'timestamp', 'version', 'sign'])
    if (!parameters.get(name)) throw missing(name)
  // The live gateway knows the app before it looks at the signature.
  if (parameters.get('app_id') !== appId) throw invalid('app-id', '无效的AppID参数')
  checkForm(parameters)
  if (keys.mode === 'certificate') checkCertificates(keys, parameters)
  const signed = signedText([...parameters].filter(([name]) => name !== 'sign'))
  if (!verifySha256(keys.appPublicKey, Buffer.from(signed), parameters.get('sign') ?? ''))
    throw invalid('signature', `验签出错, 待验签字符串: ${signed}`)
  const biz = bizOf(parameters)
  return { biz, notify_url: parameters.get('notify_url'), numbers: numbersOf(biz) }
}

function checkForm(parameters: Parameters): void {
  if (parameters.get('sign_type') !== 'RSA2') throw invalid('signature-type', '签名类型无效')
  if (parameters.get('charset')?.toLowerCase() !== 'utf-8') throw invalid('charset', '字符集错误')
  if (parameters.get('version') !== '1.0') throw invalid('version', '版本无效')
  if ((parameters.get('format') ?? 'JSON') !== 'JSON') throw invalid('format', '数据格式无效')
  if (beijingTime(parameters.get('timestamp'), { field: '' }) === undefined)
    throw invalid('timestamp', '时间戳参数无效')
}

function checkCertificates({ app, rootSn }: AlipayKeys, parameters: Parameters): void {
  const own = parameters.get('app_cert_sn')
  const root = parameters.get('alipay_root_cert_sn')
  if (own === undefined) throw missing('app_cert_sn')
  if (root === undefined) throw missing('alipay_root_cert_sn')
  if (own !== app.sn) throw invalid('app-cert-sn', '应用公钥证书序列号错误')
  if (root !== rootSn) throw invalid('alipay-root-cert-sn', '支付宝根证书序列号错误')
}

function bizOf(parameters: Parameters): unknown {
  try {
    return JSON.parse(parameters.get('biz_content') ?? '{}')
  } catch {
    throw new GatewayError('40002', 'isv.illegal-json', 'JSON格式错误')
  }
}

function numbersOf(biz: unknown): CheckedCall['numbers'] {
  const { out_trade_no, out_request_no } = isObject(biz) ? biz : {}
  return {
    ...(typeof out_trade_no === 'string' ? { out_trade_no } : {}),
    ...(typeof out_request_no === 'string' ? { out_request_no } : {}),
  }
}

function missing(name: string): GatewayError {
  const word = name === 'sign' ? 'signature' : name === 'sign_type' ? 'signature-type' : name
  return new GatewayError('40001', `isv.missing-${word.replaceAll('_', '-')}`, `缺少参数 ${name}`)
}

function invalid(what: string, message: string): GatewayError {
  return new GatewayError('40002', `isv.invalid-${what}`, message)
}
