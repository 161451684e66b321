import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LocalStack } from '#local/stack-options.ts'
import { startStack } from '#local/stack.ts'
import { scratch, writeAssembly } from './fixture.ts'

const place = scratch()
let stack: LocalStack
let sts: STSClient
let cloudFormation: CloudFormationClient
let lambda: LambdaClient

beforeAll(async () => {
  stack = await startStack({
    assembly: writeAssembly(place.path),
    stateDir: join(place.path, 'state'),
    simulator: 'none',
    schedules: false,
  })
  const options = {
    region: 'us-east-1',
    endpoint: stack.description.endpoints.operator,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  }
  sts = new STSClient(options)
  cloudFormation = new CloudFormationClient(options)
  lambda = new LambdaClient(options)
})
afterAll(async () => {
  for (const client of [sts, cloudFormation, lambda]) client?.destroy()
  await stack?.stop()
  place.remove()
})

const stackOf = async (StackName?: string) =>
  (await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks
/** The services whose clients are not among our packages, in their own form. */
async function jsonCall(target: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(stack.description.endpoints.operator, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body: JSON.stringify(body),
  })
  return { status: response.status, ...((await response.json()) as object) }
}

describe('what operators ask', () => {
  it('is answered by STS: an account that is none of AWS', async () => {
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:user/local',
    })
  })

  it.each(['local', 'fixture', undefined])(
    'is answered by CloudFormation: the outputs of %s',
    async (name) => {
      const [found] = (await stackOf(name)) ?? []
      expect(found).toMatchObject({ StackName: 'fixture', StackStatus: 'CREATE_COMPLETE' })
      const outputs = new Map(found?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]))
      expect(outputs.get('FactQueueUrl')).toBe(stack.description.queues.facts)
      expect(outputs.get('FunctionRotateCerts')).toBe('fixture-RotateCerts')
    },
  )

  it('is not answered for a stack of another name', async () => {
    await expect(stackOf('elsewhere')).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id elsewhere does not exist',
    })
  })

  it('is answered by Lambda: settings, and an invocation under any alias', async () => {
    const configuration = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'fixture-Prepay' }),
    )
    expect(configuration).toMatchObject({
      MemorySize: 256,
      Timeout: 5,
      LoggingConfig: { LogGroup: '/aws/lambda/fixture-Prepay' },
    })
    const invoke = (event: object) =>
      lambda.send(new InvokeCommand({ FunctionName: 'fixture-Prepay:live', Payload: JSON.stringify(event) }))
    const echo = { do: 'answer', answer: { fine: true } }
    const answered = await invoke({ body: JSON.stringify(echo), ...echo })
    expect(answered).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' })
    expect(answered.FunctionError).toBeUndefined()
    const failed = await invoke({ do: 'kill-self' })
    expect(failed.FunctionError).toBe('Unhandled')
    expect(failed.Payload?.transformToString()).toContain('Runtime exited')
    await expect(
      lambda.send(new InvokeCommand({ FunctionName: 'fixture-Prepay:live', Payload: '{' })),
    ).rejects.toMatchObject({ name: 'InvalidRequestContentException', $metadata: { httpStatusCode: 400 } })
    await expect(
      lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'nobody' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it('is answered by CloudWatch Logs: the lines of a function that a pattern finds, from a time on', async () => {
    await stack.lambda.invoke('prepay', { do: 'kill-self' })
    const logGroupName = '/aws/lambda/fixture-Prepay'
    const find = (more: object) => jsonCall('Logs_20140328.FilterLogEvents', { logGroupName, ...more })
    const { events } = await find({ filterPattern: '"Runtime exited"' })
    expect(events).toContainEqual(expect.objectContaining({ message: expect.stringContaining('killed') }))
    expect(await find({ startTime: Date.now() + 60_000 })).toMatchObject({ events: [] })
    expect(await find({ filterPattern: '{ nonsense' })).toMatchObject({
      message: expect.stringContaining('cannot be read'),
    })
    expect(await find({ logGroupName: 'nobody' })).toMatchObject({
      status: 400,
      __type: 'ResourceNotFoundException',
    })
  })

  it('is answered by EventBridge: the schedules', async () => {
    const { Rules } = await jsonCall('AWSEvents.ListRules', {})
    expect(Rules).toContainEqual(
      expect.objectContaining({ State: 'ENABLED', ScheduleExpression: 'rate(1 minute)' }),
    )
  })

  it('is refused by name where this machine has no such thing, so that nothing goes out to AWS', async () => {
    await expect(lambda.send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      name: 'NotOnThisMachine',
      message: 'the local stack has no GET /2015-03-31/functions (lambda)',
    })
    expect(await jsonCall('CodeDeploy_20141006.StopDeployment', {})).toMatchObject({
      status: 400,
      message: expect.stringContaining('the local stack has no CodeDeploy_20141006.StopDeployment'),
    })
  })
})
