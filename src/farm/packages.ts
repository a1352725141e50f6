import { needPackages } from '../process/packages';

needPackages('a farm', ['bullmq', 'ioredis', 'zod']); // Before the modules that import them are loaded.
