/** The merchant API as OpenAPI 3.1. What WeChat calls is no part of it. */
import type { JsonSchema } from '@valibot/to-json-schema'
import { errorKind } from '#shared/errors.ts'
import type { ErrorCode } from '#shared/errors.ts'
import { ANSWER_SCHEMAS } from './answers.ts'
import { NUMBER_SCHEMAS, QUERY_SCHEMAS, REQUEST_SCHEMAS } from './requests.ts'
import { COMMON_ERRORS, MERCHANT_ROUTES } from './routes.ts'
import type { RouteContract } from './routes.ts'
import { definitionsOf } from './to-json-schema.ts'

export interface Content {
  readonly [type: string]: { readonly schema: JsonSchema }
}

export interface OpenApiOperation {
  readonly operationId: string
  readonly requestBody?: { readonly required: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: Content }>>
}

export interface OpenApi {
  readonly openapi: '3.1.0'
  readonly info: Readonly<Record<string, unknown>>
  readonly servers: readonly unknown[]
  readonly security: readonly unknown[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, unknown>>
    readonly schemas: Readonly<Record<string, JsonSchema>>
  }
}

const REFS = '#/components/schemas/'
const JSON_TYPE = 'application/json'

const SIGNATURE = {
  type: 'apiKey',
  name: 'Authorization',
  in: 'header',
  description: 'AWS Signature Version 4 of the service execute-api',
  'x-amazon-apigateway-authtype': 'awsSigv4',
} as const

/** Builds the document; the same schemas give the same one. */
export function openApi(version: string): OpenApi {
  const paths: Record<string, Record<string, OpenApiOperation>> = {}
  for (const [key, route] of Object.entries(MERCHANT_ROUTES)) {
    const [method = '', path = ''] = key.split(' ')
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(path, route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'wechatpay-lambda',
      version,
      description: 'Payments and refunds. Amounts are whole fen. Fields may be added to answers.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'https://{api}', variables: { api: { default: 'example.invalid' } } }],
    security: [{ sigv4: [] }],
    paths,
    components: {
      securitySchemes: { sigv4: SIGNATURE },
      schemas: {
        ...definitionsOf(ANSWER_SCHEMAS, { refs: REFS, mode: 'output' }),
        ...definitionsOf(REQUEST_SCHEMAS, { refs: REFS, mode: 'input' }),
      },
    },
  }
}

function operationOf(path: string, route: RouteContract) {
  const { id: operationId, summary, request, answer, open } = route
  const answered = { description: 'done', content: json(answer) }
  return {
    operationId,
    summary,
    parameters: parametersOf(path, route),
    ...(request === undefined ? {} : { requestBody: { required: true, content: json(request) } }),
    responses: {
      200: answered,
      ...(open === undefined ? {} : { 202: { ...answered, description: 'the outcome is not known yet' } }),
      ...problemsOf([...COMMON_ERRORS, ...route.errors]),
      403: { description: 'the caller may not', content: json('GatewayMessage') },
      429: { description: 'too many requests', content: json('GatewayMessage') },
    },
  }
}

function parametersOf(path: string, { query }: RouteContract) {
  const numbers = definitionsOf(NUMBER_SCHEMAS, { refs: REFS, mode: 'input' })
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: numbers[name],
  }))
  if (query === undefined) return inPath
  const queries = definitionsOf(QUERY_SCHEMAS, { refs: REFS, mode: 'input' })
  const inQuery = Object.entries(queries[query]?.properties ?? {})
  return [
    ...inPath,
    ...inQuery.map(([name, schema]) => ({
      name,
      in: 'query',
      ...(name === 'provider' ? { description: WITHOUT_PROVIDER } : {}),
      schema,
    })),
  ]
}

/** The stage decides it, so that no schema can say it. */
const WITHOUT_PROVIDER = 'without it: WeChat Pay in a stage that has it, else the only one that there is'

/** By status, each with the codes that it can have here. */
function problemsOf(codes: readonly ErrorCode[]): OpenApiOperation['responses'] {
  const byStatus = Object.groupBy(codes, (code) => String(errorKind(code).status))
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, each = []]) => [
      status,
      {
        description: each.map((code) => errorKind(code).title).join('; '),
        content: {
          'application/problem+json': {
            schema: {
              allOf: [{ $ref: `${REFS}Problem` }, { properties: { code: { enum: [...each] } } }],
            },
          },
        },
      },
    ]),
  )
}

function json(name: string): Content {
  return { [JSON_TYPE]: { schema: { $ref: `${REFS}${name}` } } }
}
