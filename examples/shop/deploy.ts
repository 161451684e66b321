/** `npx cdk deploy -c apiUrl=<ApiUrl> -c topicArn=<EventTopicArn>`: both are outputs of the payment stack. */
import { App } from 'aws-cdk-lib'
import { TeaShop } from './stack.ts'

const app = new App()
const given = (name: string): string => String(app.node.tryGetContext(name) ?? '')
new TeaShop(app, 'tea-shop', { apiUrl: given('apiUrl'), topicArn: given('topicArn') })
