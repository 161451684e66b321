/**
 * One notification as WeChat would send it, for a merchant that does not exist: made once with a key pair that was thrown
 * away, so that it can be verified for ever and never made again.
 */
import type { Headers } from '#shared/received.ts'

export interface GoldenNotification {
  readonly publicKeyId: string
  readonly publicKeyPem: string
  readonly apiV3Key: string
  readonly headers: Headers
  readonly body: string
  /** When it was signed, in epoch milliseconds. */
  readonly signedAtMs: number
  /** What it says. */
  readonly outTradeNo: string
}

const PUBLIC_KEY_ID = 'PUB_KEY_ID_0000000000000000000000000000'

const BODY =
  '{"id":"EV-golden-0001","create_time":"2026-01-01T00:00:01+08:00","event_type":"TRANSACTION' +
  '.SUCCESS","resource_type":"encrypt-resource","summary":"支付成功","resource":{"algorithm":"AEA' +
  'D_AES_256_GCM","ciphertext":"/q1mCF9s+OezZ3i6oEMeEuqZ5W6OX3kXuDtj+COaanu6fGIm5sLOCo6wi8koy' +
  'Ly7HTxT6z0kqvG4lbEB13L8jW6nCjNzepz1jtRKWQZm8EakrgBPZJvmfcrrJCSt2PKo8aoWBBYYGFJRUTLlFwGGQOa' +
  'PpN1lAXFEH6tLyWZ4YTGHPMFmC21mKyMAm5iJDk0uMQv3FgZ6q9ja522HncWQb8EzJXtRwGbxC4yBS0Odf5o0LD9P+' +
  'r+dzfpD2jrYcDXF1xPPYbuJGImHPP+rMobnTEo1O8/TTyq1CvzpeikQkxVB6ATv+AaBJPUcFJ2Zg982c0A6/fyMEBw' +
  'khD5gEgHFloxvoDvWzgCfOxNgRvwN7Rm4ALOpbbRjEiAPv2AW/Mvtc+DalnjPvRZcS0q80viHepK848M3S/suxnv/R' +
  'PBABUMebTXBbCZFByrgE641QVTwpDKIhR+QhrxfHi2uyPOQTC+2S5ZpbEp+yPgDuhUGp+YCf+uF1zT0HwHnWAC+k1m' +
  'WoFd8PVwJiQ/ANyMCRIPRXa4GYMOIAA==","nonce":"goldennonce1","associated_data":"transaction",' +
  '"original_type":"transaction"}}'

const SIGNATURE =
  'Vh3gDFaaawHfVMTLa/9Xb/e3Q/z80HB6YKGsmvMtdq/Q/aVfg7iUEMexK6C0CVu9C7Dsm+FHFJA/Wj/bZ1o9P7obkI1myO+B' +
  'H2I7sCc8w/jrGBttx3aJUJKWT4Tp2+gyz/uypHj6MwV/4XwCyNjcdRtWEXZHfYuzOF6f/AfUigZl6OCjmmwMQkFb466to/RB' +
  '0l9s6PDR+VmCZ3FH8A5CjVNlXo4RTmbeXa+XOMesEfAWVPD2LHgPoNJB/oA9o77Qxqy0gXyZbBI1O0MEKTNG+2NVBdB48tuO' +
  'wallngH+0Mtuul50oBCCUdeoIp3h6GLkrBrywmVUEOt085GMKPnRPg=='

const PUBLIC_KEY_PEM = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA6rx5AB3zhbGL6wZzgoDx
U93cJp4yJE3+jhcUfCW60N6nDC8sl0yLTccPnB/UlmugxwDklDFpjBT15N8xFk6m
nENDnW3Q5LDMxpV0TkYcvN5y6ZBqqYzAYfzQ/xw6OHlF2fj2oR5VjTTTkJfTJjK+
JjOKBAw6tpoMEeYXLNOfiB3PEEPq88eoMpeG1I8motJWTGfYBfAx7M3726TrPBUl
No+Oqabvm/Vl+8f7MqMBDedFQ8MsFUxVhmmCv7N+aGkLbTgQAFwvcZzzP4+4AbpD
68mpQOUW4bGpR9AfvmIIAXbPWGqKFMnQMzAC3DMVFOcRox+Kk6I64vwQXKXY/lJn
PQIDAQAB
-----END PUBLIC KEY-----
`

export const GOLDEN_NOTIFICATION: GoldenNotification = {
  publicKeyId: PUBLIC_KEY_ID,
  publicKeyPem: PUBLIC_KEY_PEM,
  apiV3Key: 'GoldenNotificationExampleKey0032',
  headers: {
    'wechatpay-timestamp': '1767196801',
    'wechatpay-nonce': 'GOLDENNONCE0001',
    'wechatpay-serial': PUBLIC_KEY_ID,
    'wechatpay-signature': SIGNATURE,
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
  },
  body: BODY,
  signedAtMs: 1767196801_000,
  outTradeNo: 'GOLDEN-0001',
}
