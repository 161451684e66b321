/** What the roles of the template let each function do. */
import * as v from 'valibot'
import { readProperties, type TemplateStack } from './template-stack.ts'

/** One action on one resource. */
export interface Right {
  /** Logical id of the function. */
  readonly functionId: string
  readonly action: string
  readonly resource: string
}

const OneOrMore = v.union([
  v.array(v.string()),
  v.pipe(
    v.string(),
    v.transform((text) => [text]),
  ),
])

const RoleProperties = v.object({
  Policies: v.optional(
    v.array(
      v.object({
        PolicyDocument: v.object({
          Statement: v.array(
            v.object({ Effect: v.literal('Allow'), Action: OneOrMore, Resource: OneOrMore }),
          ),
        }),
      }),
    ),
    [],
  ),
})

const FunctionProperties = v.object({ Role: v.string() })

/** Every right of every function, by itself. @throws LocalError for a statement that does not simply allow. */
export function rightsOf(stack: TemplateStack): readonly Right[] {
  const roles = new Map(
    stack
      .resources('AWS::IAM::Role')
      .map((role) => [stack.attribute(role.logicalId, 'Arn'), readProperties(role, RoleProperties)]),
  )
  return stack.resources('AWS::Lambda::Function').flatMap((fn) => {
    const policies = roles.get(readProperties(fn, FunctionProperties).Role)?.Policies ?? []
    return policies
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .flatMap(({ Action: actions, Resource: resources }) =>
        actions.flatMap((action) =>
          resources.map((resource) => ({ functionId: fn.logicalId, action, resource })),
        ),
      )
  })
}
