/** What a construct is called within its stack, where a name has to be said that CloudFormation does not make. */
import { Stack } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/** The ids on the way to it, without those that CloudFormation's names leave out as well. */
export function nameInStack(construct: IConstruct): readonly string[] {
  const { scopes } = construct.node
  const inside = scopes.slice(scopes.indexOf(Stack.of(construct)) + 1)
  return inside.map(({ node }) => node.id.replaceAll(/[^A-Za-z0-9_.-]/g, '')).filter((id) => id !== 'Default')
}
