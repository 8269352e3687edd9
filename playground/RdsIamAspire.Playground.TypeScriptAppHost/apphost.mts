// The playground's AppHost in TypeScript: the same endpoint, the same three consumers. Run with: aspire run
import { createBuilder } from './.aspire/modules/aspire.mjs';

const builder = await createBuilder();

const server = await builder
    .addRdsMySql('orders-db')
    // OrdersApi brings its table itself here, so its user may create one.
    .withRdsIamAuth({ user: 'orders_app', privileges: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE'] })
    .runAsEmulator();
const orders = await server.addDatabase('orders');

const api = await builder
    .addProject('orders-api', '../OrdersApi/OrdersApi.csproj')
    .withReference(orders)
    .withHttpHealthCheck({ path: '/health' })
    .waitFor(orders);

const modules = await builder.addExecutable('orders-report-modules', 'npm', '../orders-report', ['ci', '--no-audit', '--no-fund']);

await builder
    .addExecutable('orders-report', 'node', '../orders-report', ['index.js'])
    .withReference(orders)
    .withHttpEndpoint({ env: 'PORT' })
    .withHttpHealthCheck({ path: '/' })
    .waitForCompletion(modules)
    .waitFor(api);

await builder
    .addContainer('orders-report-container', 'node:22-slim')
    .withBindMount('../orders-report', '/app', { isReadOnly: true })
    .withEntrypoint('node')
    .withArgs(['/app/index.js'])
    .withReference(orders)
    .withHttpEndpoint({ targetPort: 8080 })
    .withHttpHealthCheck({ path: '/' })
    .waitForCompletion(modules)
    .waitFor(orders);

await builder.build().run();
