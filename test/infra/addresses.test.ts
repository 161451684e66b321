/** Addresses are refused where they are written, by the rule that the functions hold them to. */
import { describe, expect, it } from 'vitest'
import { checkStage } from '#infra/stage/stages.ts'
import { readVariables } from '#shared/lambda/environment.ts'

const VALID = { region: 'cn-northwest-1', mchid: '1900000109', appids: ['wxd678efh567hg6787'] }
const VARIABLES = {
  wechatApiUrl: 'WXPAY_API_URL',
  wechatApiBackupUrl: 'WXPAY_API_BACKUP_URL',
  notifyBaseUrl: 'WXPAY_NOTIFY_BASE_URL',
} as const
type Setting = keyof typeof VARIABLES

function atSynth(setting: Setting, url: unknown): string {
  try {
    checkStage('test', { ...VALID, [setting]: url })
    return ''
  } catch (error) {
    return (error as Error).message.replace(`stage "test": ${setting} `, '')
  }
}

function inFunction(setting: Setting, url: string): string {
  const name = VARIABLES[setting]
  try {
    readVariables({ [name]: url }, [name])
    return ''
  } catch (error) {
    return (error as Error).message.replace(`environment: ${name} `, '')
  }
}

const LONG = `https://pay.example.com/${'a'.repeat(206)}`

describe('a wechatApiUrl is refused at synth', () => {
  it('case 10: with a path', () => {
    expect(atSynth('wechatApiUrl', 'https://egress.example.com/wechat')).toMatch(/without path/)
  })

  it.each([
    'https://egress.example.com/',
    'https://egress.example.com/v3',
    'https://egress.example.com?a=1',
    'https://egress.example.com#a',
    'https://user:pass@egress.example.com',
    'http://egress.example.com',
    'http://127.0.0.1:8080',
    'http://localhost',
    'https://egress.example.com:0',
    'https://egress.example.com:99999',
    'https://',
    'egress.example.com',
    'https://egress.example.com\\v3',
    'https://egress.example.com\n',
    'ftp://egress.example.com',
  ])('%j', (url) => {
    for (const setting of ['wechatApiUrl', 'wechatApiBackupUrl'] as const)
      expect(atSynth(setting, url)).toMatch(/^must /)
  })

  it.each([
    'https://api.mch.weixin.qq.com',
    'https://egress.example.com:8443',
    'https://10.1.2.3',
    'https://apihk.mch.weixin.qq.com',
  ])('and %s is taken, at synth and in the function', (url) => {
    expect([atSynth('wechatApiUrl', url), inFunction('wechatApiUrl', url)]).toEqual(['', ''])
  })
})

describe('a notifyBaseUrl is refused at synth', () => {
  it.each([
    ['https://203.0.113.7', /IP address/],
    ['https://203.0.113.7/hooks', /IP address/],
    ['https://2130706433', /IP address/],
    ['https://0x7f000001', /IP address/],
    ['https://[2001:db8::1]', /https URL/],
    ['https://localhost', /IP address/],
    ['https://pay.localhost', /local name/],
    ['https://pay.internal', /local name/],
    ['https://intranet', /local name/],
    ['https://Pay.example.com', /lower case/],
    ['https://pay.example.com?x=1', /query/],
    ['https://pay.example.com/hooks?x=1', /query/],
    ['https://pay.example.com#x', /query/],
    ['https://pay.example.com/', /final slash/],
    ['https://pay.example.com/a//b', /final slash/],
    ['https://pay.example.com/支付', /https URL/],
    ['http://pay.example.com', /https URL/],
    ['http://localhost:3000', /https URL/],
    ['https://pay.example.com:8443', /port 443/],
    ['https://pay.example.com:80', /port 443/],
    ['https://user@pay.example.com', /https URL/],
    [`${LONG}a`, /at most 230 characters/],
  ])('%s', (url, problem) => {
    expect(atSynth('notifyBaseUrl', url)).toMatch(problem)
  })

  it.each([
    'https://pay.example.com',
    'https://pay.example.com:443',
    'https://pay.example.com/hooks/v1',
    'https://xn--fiqs8s.xn--fiqs8s',
    LONG,
  ])('and %s is taken, at synth and in the function', (url) => {
    expect([atSynth('notifyBaseUrl', url), inFunction('notifyBaseUrl', url)]).toEqual(['', ''])
  })
})

describe('the function', () => {
  it('says the same of every address that synth refuses', () => {
    const urls = [
      'https://a.example/v3',
      'https://1.2.3.4/',
      'https://a.example:0',
      'http://a.example',
      `${LONG}a`,
      'https://a.example?b',
    ]
    for (const setting of ['wechatApiUrl', 'notifyBaseUrl'] as const)
      for (const url of urls) expect([url, inFunction(setting, url)]).toEqual([url, atSynth(setting, url)])
  })

  it('takes plain http from this machine alone', () => {
    for (const url of ['http://127.0.0.1:3000', 'http://localhost', 'http://localhost:1'])
      expect([inFunction('wechatApiUrl', url), inFunction('notifyBaseUrl', url)]).toEqual(['', ''])
    expect(inFunction('notifyBaseUrl', 'http://127.0.0.1:3000/hooks')).toBe('')
    for (const url of [
      'http://127.0.0.2',
      'http://localhost.example.com',
      'http://127.0.0.1:3000/',
      'http://localhost:99999',
    ])
      expect(inFunction('wechatApiUrl', url)).toMatch(/^must be/)
    expect(inFunction('wechatApiUrl', 'http://127.0.0.1:3000/v3')).toMatch(/^must be/)
  })

  it('never repeats the address', () => {
    expect(inFunction('wechatApiUrl', 'https://user:canary@a.example')).not.toContain('canary')
  })
})

it('a domain whose notification address WeChat would not take is refused as well', () => {
  const name = `${Array.from({ length: 4 }, () => 'a'.repeat(55)).join('.')}.example`
  const certificateArn = 'arn:aws-cn:acm:cn-northwest-1:123456789012:certificate/0a1b2c3d'
  expect(() => checkStage('test', { ...VALID, notifyDomain: { name, certificateArn } })).toThrow(
    /at most 230 characters/,
  )
})
