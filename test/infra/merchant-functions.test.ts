/** Calls at Lambda, without the HTTP API: who is granted which functions, and which there are. */
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { AccountPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { describe, expect, it } from 'vitest'
import { ROUTES } from '#infra/operations/routes.ts'
import { WechatPay } from '#infra/library/wechat-pay.ts'
import { MERCHANT_OPERATIONS, ROUTES_OF_MERCHANTS } from '#shared/merchant-routes.ts'
import { readable, resourcesOf, type TemplateJson } from './template.ts'

const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'shop')
const pay = new WechatPay(stack, 'Pay', {
  mchid: '1900000109',
  appids: ['wxd678efh567hg6787'],
  bundles: { directoryOf: () => import.meta.dirname },
  // Lambda asks for no token.
  merchantAuthorization: { type: 'jwt', issuer: 'https://login.example.com', audience: ['shop'] },
})
const till = new Role(stack, 'Till', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
const another = new AccountPrincipal('210987654321')
pay.grantInvoke(till, 'prepay', 'query')
pay.grantInvoke(another, 'refund')
const template = Template.fromStack(stack).toJSON() as unknown as TemplateJson

describe('a grant to invoke', () => {
  it('is of the functions that are named, as they are released, and of nothing else', () => {
    const { Properties } = resourcesOf(template, 'AWS::IAM::Policy')['TillDefaultPolicy']!
    const { Statement } = Properties['PolicyDocument'] as {
      Statement: Array<{ Action: string; Resource: unknown }>
    }
    expect(Statement.map(({ Action, Resource }) => [Action, readable(Resource)])).toEqual([
      ['lambda:InvokeFunction', 'PayPrepayFunctionAliaslive'],
      ['lambda:InvokeFunction', 'PayQueryFunctionAliaslive'],
    ])
  })

  it('to another account is made by the function itself', () => {
    const permissions = Object.values(resourcesOf(template, 'AWS::Lambda::Permission')).map(
      ({ Properties: { Action, FunctionName, Principal } }) =>
        [Action, FunctionName, Principal].map(readable),
    )
    expect(permissions.filter(([, , principal]) => principal!.includes('210987654321'))).toEqual([
      ['lambda:InvokeFunction', 'PayRefundFunctionAliaslive', expect.anything()],
    ])
  })

  it.each([[['notify']], [['prepay', 'settle']], [[]]])('of %j is refused', (names) => {
    expect(() => pay.grantInvoke(till, ...(names as never[]))).toThrow(
      /^WechatPay at shop\/Pay: grantInvoke: .* of prepay, query, list, close, refund, hold$/,
    )
  })
})

describe('the functions of merchants', () => {
  it('are those that serve routes of merchants, and none that WeChat or the clock calls', () => {
    const given = JSON.parse(readable(stack.resolve(pay.merchantFunctions)))
    expect(Object.keys(given)).toEqual(MERCHANT_OPERATIONS)
    const merchants = ROUTES.filter(({ audience }) => audience === 'merchant')
    const table = Object.entries(ROUTES_OF_MERCHANTS).flatMap(([operation, keys]) =>
      keys.map((key) => `${operation} ${key}`),
    )
    expect(merchants.map(({ operation, key }) => `${operation} ${key}`).toSorted()).toEqual(table.toSorted())
  })
})
