import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { evaluate, type Scope } from '#local/template/intrinsics.ts'
import { stackIdentity } from '#local/template/local-identity.ts'
import { createTemplateStack, readProperties } from '#local/template/template-stack.ts'
import { TemplateSchema } from '#local/template/template-shape.ts'
import { readCloudAssembly } from '#local/template/cloud-assembly.ts'
import { functionDefinitions } from '#local/lambda/function-definition.ts'
import { readHttpApi } from '#local/gateway/http-api.ts'
import { fixtureFunction, fixtureTemplate, scratch, writeAssembly } from './fixture.ts'

const scope: Scope = {
  ref: (name) => `ref-${name}`,
  attribute: (id, name) => `${id}/${name}`,
  condition: (name) => name === 'Yes',
  mappings: { Regions: { east: { ami: 'a-1' } } },
}
const run = (value: unknown) => evaluate(value, scope, 'Here')

function stackOf(template: object, region = 'us-east-1') {
  return createTemplateStack(v.parse(TemplateSchema, template), {
    identity: stackIdentity('fixture', region),
    addresses: { sqsUrl: 'http://127.0.0.1:1', apiUrl: 'http://127.0.0.1:2' },
  })
}

describe('intrinsic functions', () => {
  it.each([
    ['Ref', { Ref: 'A' }, 'ref-A'],
    ['Fn::GetAtt of a list', { 'Fn::GetAtt': ['A', 'B.C'] }, 'A/B.C'],
    ['Fn::GetAtt of a string', { 'Fn::GetAtt': 'A.Arn' }, 'A/Arn'],
    ['Fn::Join', { 'Fn::Join': ['-', ['x', { Ref: 'A' }, 7]] }, 'x-ref-A-7'],
    ['Fn::Sub', { 'Fn::Sub': '${A}:${A.Arn}:${!A}' }, 'ref-A:A/Arn:${A}'],
    ['Fn::Sub with a map', { 'Fn::Sub': ['${N}-${A}', { N: { Ref: 'B' } }] }, 'ref-B-ref-A'],
    ['Fn::Select of Fn::Split', { 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Regions', 'east', 'ami'] }, 'a-1'],
    ['Fn::If', { a: { 'Fn::If': ['Yes', 1, 2] }, b: { 'Fn::If': ['No', 1, 2] } }, { a: 1, b: 2 }],
  ])('evaluates %s', (_, input, expected) => {
    expect(run(input)).toEqual(expected)
  })

  it('leaves a property out that is AWS::NoValue', () => {
    const template = { Conditions: { C: { 'Fn::Not': [{ 'Fn::Equals': ['a', 'a'] }] } }, Resources: {} }
    const resources = {
      T: {
        Type: 'AWS::SNS::Topic',
        Properties: { TopicName: { 'Fn::If': ['C', 'x', { Ref: 'AWS::NoValue' }] } },
      },
    }
    expect(
      stackOf({ ...template, Resources: resources }).resources('AWS::SNS::Topic')[0]?.properties,
    ).toEqual({})
  })

  it.each([
    [
      'an unknown function',
      { p: { 'Fn::GetAZs': '' } },
      'Here.p.Fn::GetAZs: the local stack does not know the intrinsic function Fn::GetAZs',
    ],
    ['a missing item', { 'Fn::Select': [3, ['a']] }, 'Here.Fn::Select: there is no item 3'],
    ['a missing map', { 'Fn::FindInMap': ['Regions', 'west', 'ami'] }, 'no value for Regions.west.ami'],
    ['a list where text must be', { 'Fn::Join': ['', [['x']]] }, 'Here.Fn::Join: expected a string'],
  ])('names the place of %s', (_, input, message) => {
    expect(() => run(input)).toThrow(message)
  })
})

describe('a template on this machine', () => {
  it('names every resource type that it can neither run nor pass over', () => {
    const template = fixtureTemplate({
      Db: { Type: 'AWS::RDS::DBInstance' },
      Stream: { Type: 'AWS::Kinesis::Stream' },
    })
    expect(() => stackOf(template)).toThrow(
      'the local stack cannot run Db (AWS::RDS::DBInstance), Stream (AWS::Kinesis::Stream)',
    )
  })

  it('passes over a resource whose condition does not hold', () => {
    expect(() => stackOf(fixtureTemplate())).not.toThrow()
  })

  it('names a reference to nothing, and a reference in a circle', () => {
    const missing = { Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Nobody' } } } }
    expect(() => stackOf({ Resources: missing }).resources('AWS::SQS::Queue')).toThrow(
      'Q.QueueName.Ref: there is no resource or parameter Nobody',
    )
    const circle = { Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Q' } } } }
    expect(() => stackOf({ Resources: circle }).resources('AWS::SQS::Queue')).toThrow('Q refers to itself')
  })

  it('asks for a parameter without default', () => {
    const template = {
      Parameters: { Mail: { Type: 'String' } },
      Resources: { T: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { Ref: 'Mail' } } } },
    }
    expect(() => stackOf(template).resources('AWS::SNS::Topic')).toThrow('parameter Mail has no default')
  })

  it('names the property that is not as it must be', () => {
    const [queue] = stackOf({
      Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 'soon' } } },
    }).resources('AWS::SQS::Queue')
    expect(() => readProperties(queue!, v.object({ VisibilityTimeout: v.number() }))).toThrow(
      /^Q \(AWS::SQS::Queue\): VisibilityTimeout: /,
    )
  })

  it('resolves an alias and a version to their function', () => {
    const stack = stackOf({
      Resources: {
        Fn: fixtureFunction(),
        V: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Fn' } } },
        Live: {
          Type: 'AWS::Lambda::Alias',
          Properties: {
            FunctionName: { Ref: 'Fn' },
            FunctionVersion: { 'Fn::GetAtt': ['V', 'Version'] },
            Name: 'live',
          },
        },
        Role: { Type: 'AWS::IAM::Role' },
      },
    })
    const [alias] = stack.resources('AWS::Lambda::Alias')
    expect(alias?.ref).toBe('arn:aws:lambda:us-east-1:000000000000:function:fixture-Fn:live')
    expect(alias?.properties['FunctionVersion']).toBe('1')
  })

  it.each([
    ['us-east-1', 'aws', 'amazonaws.com'],
    ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
    ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
  ])('gives the pseudo parameters of %s', (region, partition, suffix) => {
    const stack = stackOf(
      {
        Resources: {},
        Outputs: {
          O: {
            Value: {
              'Fn::Sub':
                '${AWS::Partition} ${AWS::Region} ${AWS::URLSuffix} ${AWS::AccountId} ${AWS::StackName}',
            },
          },
        },
      },
      region,
    )
    expect(stack.outputs['O']).toBe(`${partition} ${region} ${suffix} 000000000000 fixture`)
  })

  it('reads a cloud assembly of either partition and says which stacks there are when asked for another', async () => {
    const place = scratch()
    try {
      writeAssembly(place.path, fixtureTemplate(), 'cn-north-1')
      const assembly = await readCloudAssembly(place.path)
      expect([assembly.stackName, assembly.region]).toEqual(['fixture', 'cn-north-1'])
      const stack = stackOf(assembly.template, 'cn-north-1')
      const [prepay] = functionDefinitions(stack, { assets: assembly.assets, defaultConcurrency: 4 })
      expect(prepay).toMatchObject({
        operation: 'prepay',
        arn: expect.stringMatching(/^arn:aws-cn:lambda:cn-north-1:/),
      })
      expect(readHttpApi(stack).domainName).toMatch(/\.execute-api\.cn-north-1\.amazonaws\.com\.cn$/)
      await expect(readCloudAssembly(place.path, 'other')).rejects.toThrow(
        'expected one stack named other, it holds: fixture',
      )
      await expect(readCloudAssembly(`${place.path}/nowhere`)).rejects.toThrow('run cdk synth first')
    } finally {
      place.remove()
    }
  })

  it('names the function whose code is not in the assembly', () => {
    expect(() =>
      functionDefinitions(stackOf(fixtureTemplate()), { assets: new Map(), defaultConcurrency: 4 }),
    ).toThrow('Prepay: the cloud assembly has no asset abc.zip')
  })
})
