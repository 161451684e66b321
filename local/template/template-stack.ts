/** A synthesized stack with every reference resolved to a resource on this machine. */
import * as v from 'valibot'
import { LocalError } from '#local/local-error.ts'
import { evaluate, evaluateCondition, NO_VALUE, type Scope } from './intrinsics.ts'
import { pseudoParameters, type StackIdentity } from './local-identity.ts'
import { isPassedOver, isRunType, type RunType } from './resource-types.ts'
import { type LocalAddresses, resourceValues, type ResourceValues } from './resource-values.ts'
import { isObject, type Template, type TemplateResource } from './template-shape.ts'

export interface ResolvedResource {
  readonly logicalId: string
  readonly type: string
  /** The value of `Ref`. */
  readonly ref: string
  readonly properties: Readonly<Record<string, unknown>>
}

export interface TemplateStack {
  readonly identity: StackIdentity
  /** The active resources of these types, in the order of the template. */
  resources(...types: ReadonlyArray<RunType | 'AWS::IAM::Role'>): readonly ResolvedResource[]
  /** A resource's attribute, as `Fn::GetAtt` gives it. */
  attribute(logicalId: string, name: string): string
  /** The stack's outputs by name. */
  readonly outputs: Readonly<Record<string, string>>
}

export interface TemplateStackOptions {
  readonly identity: StackIdentity
  readonly addresses: LocalAddresses
  /** Values of template parameters that have no default, or shall not have it. */
  readonly parameters?: Readonly<Record<string, string>>
}

/**
 * Binds a template to this machine.
 *
 * @throws LocalError when the template holds a resource type that the local stack neither runs nor may pass over.
 */
export function createTemplateStack(template: Template, options: TemplateStackOptions): TemplateStack {
  const { identity } = options
  const pseudo = pseudoParameters(identity)
  const known = new Map<string, ResourceValues>()
  const underWay = new Set<string>()

  const scope: Scope = {
    mappings: template.Mappings,
    ref(name, at) {
      if (name === 'AWS::NoValue') return NO_VALUE
      return pseudo[name] ?? parameter(template, options, name) ?? valuesOf(name, at).ref
    },
    attribute(logicalId, name, at) {
      const value = valuesOf(logicalId, at).attribute(name)
      if (value !== undefined) return value
      const type = template.Resources[logicalId]?.Type
      throw new LocalError(`${at}: the local stack has no value for ${name} of ${logicalId} (${type})`)
    },
    condition(name, at) {
      const expression = template.Conditions[name]
      if (expression === undefined) throw new LocalError(`${at}: there is no condition ${name}`)
      return evaluateCondition(expression, scope, `Conditions.${name}`)
    },
  }

  function valuesOf(logicalId: string, at: string): ResourceValues {
    const existing = known.get(logicalId)
    if (existing !== undefined) return existing
    const resource = template.Resources[logicalId]
    if (resource === undefined) throw new LocalError(`${at}: there is no resource or parameter ${logicalId}`)
    if (underWay.has(logicalId)) throw new LocalError(`${at}: ${logicalId} refers to itself`)
    underWay.add(logicalId)
    const values = resourceValues({
      identity,
      addresses: options.addresses,
      logicalId,
      type: resource.Type,
      text: (name) => textOf(evaluate(resource.Properties[name], scope, `${logicalId}.${name}`)),
    })
    underWay.delete(logicalId)
    known.set(logicalId, values)
    return values
  }

  const isActive = ({ Condition }: TemplateResource, at: string) =>
    Condition === undefined || scope.condition(Condition, at)
  const active = Object.entries(template.Resources).filter(([id, resource]) => isActive(resource, id))
  refuseUnknown(active)

  return {
    identity,
    outputs: Object.fromEntries(
      Object.entries(template.Outputs)
        .filter(([name, { Condition }]) => Condition === undefined || scope.condition(Condition, name))
        .map(([name, { Value }]) => [name, String(evaluate(Value, scope, `Outputs.${name}`))]),
    ),
    attribute: (logicalId, name) => String(scope.attribute(logicalId, name, logicalId)),
    resources: (...types) =>
      active
        .filter(([, { Type }]) => types.some((type) => type === Type))
        .map(([logicalId, resource]) => {
          const properties = evaluate(resource.Properties, scope, logicalId)
          return {
            logicalId,
            type: resource.Type,
            ref: valuesOf(logicalId, logicalId).ref,
            properties: isObject(properties) ? properties : {},
          }
        }),
  }
}

/**
 * Reads a resource's properties by a schema.
 *
 * @throws LocalError that names the resource, the property and what was expected of it.
 */
export function readProperties<const Schema extends v.GenericSchema>(
  resource: ResolvedResource,
  schema: Schema,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, resource.properties)
  if (result.success) return result.output
  const problems = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'Properties'}: ${issue.message}`)
  throw new LocalError(`${resource.logicalId} (${resource.type}): ${problems.join('; ')}`)
}

function refuseUnknown(active: ReadonlyArray<readonly [string, TemplateResource]>): void {
  const unknown = active.filter(([, { Type }]) => !isRunType(Type) && !isPassedOver(Type))
  if (unknown.length === 0) return
  const names = unknown.map(([id, { Type }]) => `${id} (${Type})`).join(', ')
  throw new LocalError(
    `the local stack cannot run ${names}: add its type to local/template/resource-types.ts if it may be passed over, or run it`,
  )
}

function parameter(
  template: Template,
  { parameters }: TemplateStackOptions,
  name: string,
): string | undefined {
  const declared = template.Parameters[name]
  if (declared === undefined) return undefined
  const value = parameters?.[name] ?? declared.Default
  if (value === undefined)
    throw new LocalError(`parameter ${name} has no default: give the local stack a value for it`)
  return String(value)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : undefined
}
