import { describe, expect, it } from 'vitest'
import type { StageInput } from '#infra/stage/stage-settings.ts'
import { readable, resourcesOf, templateOf, type TemplateJson } from './template.ts'

const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000'
const PAY = { name: 'pay.example.com', certificateArn: CERTIFICATE }
const HOOKS = { name: 'hooks.example.com', certificateArn: CERTIFICATE }
const MTLS = { type: 'mtls', truststoreUri: 's3://trust/ca.pem', truststoreVersion: 'v7' } as const

/** `domain → API`, as mapped. */
function mappingsOf(template: TemplateJson): string[] {
  const domains = resourcesOf(template, 'AWS::ApiGatewayV2::DomainName')
  return Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::ApiMapping'))
    .map(({ Properties }) => {
      const domain = domains[readable(Properties['DomainName'])]!
      return `${String(domain.Properties['DomainName'])} → ${readable(Properties['ApiId'])}`
    })
    .sort()
}

const endpointsOf = (template: TemplateJson): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(resourcesOf(template, 'AWS::ApiGatewayV2::Api')).map(([name, { Properties }]) => [
      name,
      Properties['DisableExecuteApiEndpoint'] ?? false,
    ]),
  )

function authorizationsOf(template: TemplateJson): Record<string, string> {
  const routes = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route'))
  return Object.fromEntries(
    routes.map(({ Properties }) => [
      `${readable(Properties['ApiId'])} ${String(Properties['RouteKey'])}`,
      String(Properties['AuthorizationType']),
    ]),
  )
}

const outputOf = (template: TemplateJson, name: string): string => readable(template.Outputs[name]!.Value)

describe('a custom domain', () => {
  const template = templateOf({ customDomain: PAY })

  it('is regional, asks for TLS 1.2, and leaves the other endpoint on: old orders are notified there', () => {
    const [domain] = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::DomainName'))
    expect(domain!.Properties).toMatchObject({
      DomainName: 'pay.example.com',
      DomainNameConfigurations: [
        { CertificateArn: CERTIFICATE, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    })
    expect(domain!.Properties).not.toHaveProperty('MutualTlsAuthentication')
    expect(mappingsOf(template)).toEqual(['pay.example.com → HttpApi'])
    expect(endpointsOf(template)).toEqual({ HttpApi: false })
  })

  it('is what merchants call and what WeChat is told, unless WeChat has its own', () => {
    expect(outputOf(template, 'ApiUrl')).toBe('https://pay.example.com')
    expect(outputOf(template, 'NotifyRefundUrl')).toBe('https://pay.example.com/wechatpay/notify/refund')
    const both = templateOf({ customDomain: PAY, notifyDomain: HOOKS })
    expect(mappingsOf(both)).toEqual(['hooks.example.com → HttpApi', 'pay.example.com → HttpApi'])
    expect(outputOf(both, 'ApiUrl')).toBe('https://pay.example.com')
    expect(outputOf(both, 'NotifyBaseUrl')).toBe('https://hooks.example.com')
  })

  it('is alone where the stage says so', () => {
    const alone = templateOf({ customDomain: PAY, executeApiEndpoint: false })
    expect(endpointsOf(alone)).toEqual({ HttpApi: true })
  })

  it('says where its DNS record has to point', () => {
    expect(outputOf(template, 'CustomDomainTarget')).toMatch(/\.RegionalDomainName$/)
  })
})

describe('JWT', () => {
  it('is asked of merchants, not of WeChat', () => {
    const template = templateOf({
      merchantAuthorization: { type: 'jwt', issuer: 'https://login.example.com/', audience: ['pay'] },
    })
    const [authorizer] = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Authorizer'))
    expect(authorizer!.Properties).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Audience: ['pay'], Issuer: 'https://login.example.com/' },
    })
    for (const [route, authorization] of Object.entries(authorizationsOf(template))) {
      expect(`${route} ${authorization}`).toMatch(/\/wechatpay\/.* NONE$|\/v1\/.* JWT$/)
    }
  })
})

describe('client certificates', () => {
  const settings: Partial<StageInput> = { merchantAuthorization: MTLS, customDomain: PAY }
  const template = templateOf(settings)

  it('are asked for on the domain of merchants, whose API no other domain or endpoint reaches', () => {
    const [domain] = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::DomainName'))
    expect(domain!.Properties['MutualTlsAuthentication']).toEqual({
      TruststoreUri: 's3://trust/ca.pem',
      TruststoreVersion: 'v7',
    })
    expect(mappingsOf(template)).toEqual(['pay.example.com → MerchantHttpApi'])
    expect(endpointsOf(template)).toEqual({ HttpApi: false, MerchantHttpApi: true })
  })

  it('are taken on a domain with an imported certificate, where another one shows whose it is', () => {
    const ownershipCertificateArn = CERTIFICATE.replace('0a1b2c3d', 'ffffffff')
    const imported = templateOf({ ...settings, customDomain: { ...PAY, ownershipCertificateArn } })
    const [domain] = Object.values(resourcesOf(imported, 'AWS::ApiGatewayV2::DomainName'))
    expect(domain!.Properties['DomainNameConfigurations']).toMatchObject([
      { CertificateArn: CERTIFICATE, OwnershipVerificationCertificateArn: ownershipCertificateArn },
    ])
  })

  it('leave WeChat an API of its own with nothing but the notify routes', () => {
    const routes = Object.entries(authorizationsOf(template))
    const open = routes.filter(([route]) => route.startsWith('HttpApi '))
    expect(open).toEqual([
      ['HttpApi POST /wechatpay/notify/payment', 'NONE'],
      ['HttpApi POST /wechatpay/notify/refund', 'NONE'],
      ['HttpApi POST /wechatpay/notify/refund-v2', 'NONE'],
    ])
    const guarded = routes.filter(([route]) => route.startsWith('MerchantHttpApi '))
    expect(new Set(guarded.map(([, authorization]) => authorization))).toEqual(new Set(['AWS_IAM']))
    expect(guarded).toHaveLength(routes.length - open.length)
    expect(outputOf(template, 'NotifyBaseUrl')).toBe('HttpApi.ApiEndpoint')
  })

  it('leave WeChat a domain without them, with its endpoint off', () => {
    const own = templateOf({ ...settings, notifyDomain: HOOKS, executeApiEndpoint: false })
    const domains = Object.values(resourcesOf(own, 'AWS::ApiGatewayV2::DomainName'))
    const asking = domains.filter(({ Properties }) => Properties['MutualTlsAuthentication'] !== undefined)
    expect(asking.map(({ Properties }) => Properties['DomainName'])).toEqual(['pay.example.com'])
    expect(mappingsOf(own)).toEqual(['hooks.example.com → HttpApi', 'pay.example.com → MerchantHttpApi'])
    expect(endpointsOf(own)).toEqual({ HttpApi: true, MerchantHttpApi: true })
    expect(outputOf(own, 'NotifyBaseUrl')).toBe('https://hooks.example.com')
  })
})
