/** The CDK command line on the emulator. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation'
import type { StackResource } from '@aws-sdk/client-cloudformation'
import { cdk, REGION, STACK } from './command.ts'
import { expectThat, output, outputsOf } from './scene.ts'
import type { Scene } from './scene.ts'

/** Files that the app leaves in the scratch folder. */
export const LEFT_OUT = 'left-out.json'

function argsFor(scene: Scene, logLevel: string): readonly string[] {
  const { simulator, road, scratch, broken } = scene
  const context = {
    stage: 'dev',
    mchid: simulator.mchid,
    appid: simulator.appids[0],
    wechat: simulator.url,
    wechatBackup: simulator.backupUrl,
    road: road.url,
    deafSettle: broken,
    leftOut: join(scratch, LEFT_OUT),
    logLevel,
  }
  return [
    '--app',
    `${process.execPath} conformance/deploy/app.ts`,
    '--output',
    join(scratch, 'cdk.out'),
    ...Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]),
  ]
}

export async function bootstrap(scene: Scene): Promise<string> {
  await cdk(scene.command, ['bootstrap', `aws://000000000000/${REGION}`, ...argsFor(scene, 'info')])
  return 'done'
}

export async function deploy(scene: Scene): Promise<string> {
  await cdk(scene.command, ['deploy', STACK, '--require-approval', 'never', ...argsFor(scene, 'info')])
  scene.kept.outputs = await outputsOf(scene.clients)
  scene.road.leadTo(new URL(output(scene, 'ApiUrl')).host)
  const leftOut: readonly string[] = JSON.parse(await readFile(join(scene.scratch, LEFT_OUT), 'utf8'))
  return `${await countResources(scene)} resources, ${leftOut.length} left out or stood in for`
}

async function resourcesOf({ clients }: Scene): Promise<readonly StackResource[]> {
  const asked = new DescribeStackResourcesCommand({ StackName: STACK })
  return (await clients.cloudformation.send(asked)).StackResources ?? []
}

async function countResources(scene: Scene): Promise<number> {
  const all = await resourcesOf(scene)
  const undone = all.filter(({ ResourceStatus: status = '' }) => !/^(?:CREATE|UPDATE)_COMPLETE$/.test(status))
  expectThat(
    undone.length === 0,
    `every resource to be there: ${undone.map(({ LogicalResourceId: id }) => id).join(', ')}`,
  )
  return all.length
}

/** Another log level: each function gets a new version, and its alias goes over to it. */
export async function deployAChange(scene: Scene): Promise<string> {
  const old = await versionsOf(scene)
  await cdk(scene.command, ['deploy', STACK, '--require-approval', 'never', ...argsFor(scene, 'debug')])
  const before = scene.kept.outputs
  scene.kept.outputs = await outputsOf(scene.clients)
  const moved = [...before].filter(([name, value]) => scene.kept.outputs.get(name) !== value)
  expectThat(moved.length === 0, `no resource to be replaced: ${moved.map(([name]) => name).join(', ')}`)
  const kept = (await versionsOf(scene)).filter((version) => old.includes(version))
  expectThat(kept.length === 0, `every function to have a new version: ${kept.join(', ')}`)
  return `${await countResources(scene)} resources, ${old.length} functions with a new version, no output changed`
}

async function versionsOf(scene: Scene): Promise<readonly string[]> {
  const versions = (await resourcesOf(scene)).filter(
    ({ ResourceType: type }) => type === 'AWS::Lambda::Version',
  )
  return versions.map(({ PhysicalResourceId: id = '' }) => id)
}

export async function destroy(scene: Scene): Promise<string> {
  await cdk(scene.command, ['destroy', STACK, '--force', ...argsFor(scene, 'debug')])
  const gone = await outputsOf(scene.clients).then(
    (outputs) => outputs.size === 0,
    () => true,
  )
  expectThat(gone, 'the stack to be gone')
  for (const name of ['OrdersTableName', 'FactsTableName']) {
    const { Table: table } = await scene.clients.dynamodb.send(
      new DescribeTableCommand({ TableName: output(scene, name) }),
    )
    expectThat(table?.TableStatus === 'ACTIVE', `the table ${name} to stay`)
  }
  return 'the stack is gone, both tables stay'
}
