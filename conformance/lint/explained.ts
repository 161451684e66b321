/** What cfn-lint warns of and stays as it is. One that is no longer seen has to leave this list. */

export interface Explained {
  readonly rule: string
  /** Of what, as a path in the template. */
  readonly at: RegExp
  readonly why: string
}

export const EXPLAINED: readonly Explained[] = [
  {
    rule: 'W3005',
    at: /^Resources\/\w+Function[0-9A-F]{8}\/DependsOn/,
    why: 'the CDK makes a function wait for its role and for the policy of the role; only the latter says more than the reference',
  },
  {
    rule: 'I1022',
    at: /Fn::Join/,
    why: 'style: the CDK joins names where a person would write Fn::Sub; both give the same text',
  },
]
