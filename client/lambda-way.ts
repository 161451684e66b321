/** Invokes the functions of the stack at Lambda, each with the event that API Gateway would have made of the call. */
import { MERCHANT_OPERATIONS, ROUTES_OF_MERCHANTS } from '#shared/merchant-routes.ts'
import type { MerchantOperation, MerchantRoute } from '#shared/merchant-routes.ts'
import { addressOf, baseOf } from './addresses.ts'
import { answeredByLambda } from './lambda-answer.ts'
import { methodOf } from './way.ts'
import type { HttpRequest, Outgoing, Way } from './way.ts'

/** Released as it is called: without its alias an ARN is what was deployed last, which may not be released yet. */
const ARN = /^arn:(aws|aws-cn):lambda:([a-z0-9-]+):\d{12}:function:[\w-]+:[\w-]+$/
const DOMAINS: Readonly<Record<string, string>> = { aws: 'amazonaws.com', 'aws-cn': 'amazonaws.com.cn' }

interface InvokedFunction {
  readonly arn: string
  readonly region: string
  /** Where Lambda is in its region. */
  readonly base: string
}

type Functions = ReadonlyMap<MerchantOperation, InvokedFunction>

const OPERATIONS: ReadonlyMap<MerchantRoute, MerchantOperation> = new Map(
  MERCHANT_OPERATIONS.flatMap((operation) =>
    ROUTES_OF_MERCHANTS[operation].map((route) => [route, operation] as const),
  ),
)

/** @throws TypeError naming the option that is wrong. */
export function lambdaWay(options: { readonly functions: unknown; readonly endpoint?: unknown }): Way {
  const endpoint =
    options.endpoint === undefined
      ? undefined
      : baseOf(addressOf(options.endpoint, 'endpoint', 'where Lambda is reached from here'))
  const functions = functionsOf(options.functions, endpoint)
  return {
    request: (outgoing) => requestOf(outgoing, functionOf(outgoing.route, functions)),
    answered: answeredByLambda,
  }
}

function requestOf(outgoing: Outgoing, { arn, region, base }: InvokedFunction) {
  return {
    method: 'POST',
    url: new URL(`${base}/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(eventOf(outgoing)),
    service: 'lambda',
    region,
  } satisfies HttpRequest
}

/** Of payload format 2.0, what the functions read. They name a call without an id of API Gateway by that of Lambda. */
function eventOf({ route, numbers, query, headers, body }: Outgoing): object {
  return {
    routeKey: route,
    headers,
    pathParameters: numbers,
    queryStringParameters: query,
    requestContext: { http: { method: methodOf(route) } },
    body,
  }
}

function functionOf(route: MerchantRoute, functions: Functions): InvokedFunction {
  const operation = OPERATIONS.get(route)
  const found = operation && functions.get(operation)
  if (found === undefined) throw new TypeError(`functions has no ${operation}, which serves ${route}`)
  return found
}

/** What a later release adds is none of ours. */
function functionsOf(value: unknown, endpoint: string | undefined): Functions {
  const given = fieldsOf(value)
  const named = MERCHANT_OPERATIONS.flatMap((name) => {
    const arn = given.get(name)
    return arn === undefined ? [] : [[name, invokedFunction(name, arn, endpoint)] as const]
  })
  if (named.length === 0)
    throw new TypeError(`functions must have one at least of ${MERCHANT_OPERATIONS.join(', ')}`)
  return new Map(named)
}

function invokedFunction(name: string, arn: unknown, endpoint: string | undefined): InvokedFunction {
  const [whole, partition = '', region = ''] = ARN.exec(typeof arn === 'string' ? arn : '') ?? []
  if (whole === undefined)
    throw new TypeError(
      `functions.${name} must be the ARN of a function and its alias, as in arn:aws:lambda:us-east-1:123456789012:function:name:live`,
    )
  return { arn: whole, region, base: endpoint ?? `https://lambda.${region}.${DOMAINS[partition]}` }
}

/** As the output gives it, or read from it. */
function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  const read = typeof value === 'string' ? jsonOf(value) : value
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw new TypeError(
      'functions must be the output MerchantFunctions of the stack: JSON with the ARN of each function',
    )
  return new Map(Object.entries(read))
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
