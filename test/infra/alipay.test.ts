import { describe, expect, it } from 'vitest'
import { callersOf } from '#infra/channels/channels.ts'
import { parseAlipaySettings } from '#shared/alipay-settings.ts'
import { readAlipayEnvironment } from '#shared/alipay/environment.ts'
import { ALIPAY_ALONE, resourcesOf, templateOf } from './template.ts'

const CALLERS = callersOf('alipay')
const APP = ALIPAY_ALONE.alipay!
const template = templateOf({ alipay: APP })
const plain = templateOf({})
const texts = (type: string, from = template) =>
  Object.entries(resourcesOf(from, type)).map(
    ([id, { Properties }]) => [id, JSON.stringify(Properties)] as const,
  )

interface FunctionProperties {
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> }
}
const environments = Object.entries(resourcesOf(template, 'AWS::Lambda::Function')).map(
  ([id, { Properties }]) =>
    [id, (Properties as unknown as FunctionProperties).Environment?.Variables ?? {}] as const,
)
const isOf = (id: string, operation: string) =>
  id.startsWith(
    operation.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()) + 'Function',
  )

describe('a stage without Alipay', () => {
  it('has no function, secret, route, alarm or output of it', () => {
    expect(JSON.stringify(plain)).not.toMatch(/alipay/i)
  })
})

describe('a stage with Alipay', () => {
  it('has its route, which nobody signs for', () => {
    const routes = texts('AWS::ApiGatewayV2::Route').filter(([, text]) => text.includes('/alipay/notify'))
    expect(routes).toHaveLength(1)
    expect(routes[0]?.[1]).toContain('"AuthorizationType":"NONE"')
  })

  it('tells its settings and secrets to those who call it, and its account to hold', () => {
    const told = environments.filter(([, variables]) => 'ALIPAY_SIGNING_SECRET_ID' in variables)
    expect(told).toHaveLength(CALLERS.length)
    for (const operation of CALLERS) expect(told.some(([id]) => isOf(id, operation))).toBe(true)
    const [, hold] = environments.find(([id]) => isOf(id, 'hold'))!
    expect('WXPAY_ALIPAY' in hold && !('ALIPAY_KEYS_SECRET_ID' in hold)).toBe(true)
    for (const [, { WXPAY_ALIPAY: settings }] of told)
      expect(parseAlipaySettings(String(settings))).toEqual({
        ...APP,
        gatewayUrl: 'https://openapi.alipay.com/gateway.do',
      })
  })

  it('lets nobody else read its secrets', () => {
    const readers = texts('AWS::IAM::Role').filter(([, text]) => /AlipaySecrets/.test(text))
    expect(readers).toHaveLength(CALLERS.length)
    for (const operation of ['notify', 'settle', 'hold', 'rotate-certs'])
      expect(readers.some(([id]) => isOf(id.replace('Role', 'Function'), operation))).toBe(false)
    expect(texts('AWS::SecretsManager::ResourcePolicy').filter(([id]) => /Alipay/.test(id))).toHaveLength(2)
  })

  it('has alarms of its own', () => {
    const alarms = texts('AWS::CloudWatch::Alarm').filter(([, text]) => text.includes('notify-alipay'))
    expect(alarms.length).toBeGreaterThanOrEqual(4)
  })

  it.each([
    [{ appId: '2021' }, /16 digits/],
    [{ ...APP, sellerId: '1' }, /2088/],
    [{ ...APP, gatewayUrl: 'https://openapi.alipay.com' }, /with a path/],
    [{ ...APP, gatewayUrl: 'http://openapi.alipay.com/gateway.do' }, /https URL/],
  ])('refuses %j', (alipay, rule) => {
    expect(() => templateOf({ alipay })).toThrow(rule)
  })
})

describe('the environment of a function', () => {
  const WXPAY_ALIPAY = JSON.stringify({ ...APP, gatewayUrl: 'https://openapi.alipay.com/gateway.do' })

  it('has all of Alipay or nothing', () => {
    expect(readAlipayEnvironment({})).toBeUndefined()
    const secrets = { ALIPAY_SIGNING_SECRET_ID: 's', ALIPAY_KEYS_SECRET_ID: 'k' }
    expect(readAlipayEnvironment({ WXPAY_ALIPAY, ...secrets })).toMatchObject({
      account: `alipay:${APP.appId}`,
      signingSecretId: 's',
      keysSecretId: 'k',
    })
    expect(() => readAlipayEnvironment({ WXPAY_ALIPAY })).toThrow(/ALIPAY_SIGNING_SECRET_ID/)
    expect(() => readAlipayEnvironment({ WXPAY_ALIPAY: '{}', ...secrets })).toThrow(/WXPAY_ALIPAY must be/)
  })
})
