/** What Lambda hands to a handler. */
import type { Context } from 'aws-lambda'

export function lambdaContext(remainingMs = 30_000): Context {
  const end = performance.now() + remainingMs
  return {
    awsRequestId: 'aws-request-1',
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'test',
    functionVersion: '1',
    invokedFunctionArn: 'arn',
    memoryLimitInMB: '128',
    logGroupName: 'group',
    logStreamName: 'stream',
    getRemainingTimeInMillis: () => end - performance.now(),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  }
}

interface ApiCall {
  readonly path?: object
  readonly query?: object
  readonly body?: object
}

/** A request as API Gateway hands it on. */
export function apiCall(routeKey: string, { path = {}, query, body }: ApiCall) {
  return {
    routeKey,
    headers: { 'content-type': 'application/json' },
    pathParameters: path,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    requestContext: { requestId: 'api-1', http: { method: routeKey.split(' ')[0] } },
  }
}
