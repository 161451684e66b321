/** The functions that merchants may invoke at Lambda, without the HTTP API: those that serve its routes, and none that hears WeChat. */
import { Stack } from 'aws-cdk-lib'
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Alias } from 'aws-cdk-lib/aws-lambda'
import type { IConstruct } from 'constructs'
import { type ByOperation, madeFor } from '#infra/operations/operations.ts'
import { isMerchantOperation, MERCHANT_OPERATIONS } from '#shared/merchant-routes.ts'
import type { MerchantOperation } from '#shared/merchant-routes.ts'

type Functions = ByOperation<{ readonly live: Alias }>

/** What the client takes as `functions`: JSON, by operation the ARN of what is released. */
export function merchantFunctions(scope: IConstruct, functions: Functions): string {
  const arns = MERCHANT_OPERATIONS.map((name) => [name, madeFor(functions, name).live.functionArn])
  return Stack.of(scope).toJsonString(Object.fromEntries(arns))
}

/** @throws Error naming what is none of them */
export function grantInvoke(
  grantee: IGrantable,
  operations: readonly MerchantOperation[],
  { path, functions }: { readonly path: string; readonly functions: Functions },
): Grant {
  const known = MERCHANT_OPERATIONS.join(', ')
  const wrong = operations.map(String).find((name) => !isMerchantOperation(name))
  if (wrong !== undefined)
    throw new Error(`WechatPay at ${path}: grantInvoke: ${wrong} must be one of ${known}`)
  const grants = operations.map((name) => madeFor(functions, name).live.grantInvoke(grantee))
  const [first, ...further] = grants
  if (first === undefined)
    throw new Error(`WechatPay at ${path}: grantInvoke: name one function at least of ${known}`)
  return further.reduce((all, grant) => all.combine(grant), first)
}
