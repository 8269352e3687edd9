// The same AppHost in TypeScript. Run with: aspire run
import { createBuilder } from './.aspire/modules/aspire.mjs';

const builder = await createBuilder();

const server = await builder
    .addRdsMySql('orders-db')
    .withRdsIamAuth({ user: 'orders_app', privileges: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE'] })
    .runAsContainer();
const orders = await server.addDatabase('orders');

await builder
    .addExecutable('orders-report', 'node', '../orders-report', ['index.js'])
    .withReference(orders)
    .withHttpEndpoint({ env: 'PORT' })
    .waitFor(orders);

await builder.build().run();
