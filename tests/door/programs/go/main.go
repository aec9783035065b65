package main

import (
	ecs "example.com/pulumi-ecs-handson/sdk/go/ecshandson"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		network, err := ecs.NewNetwork(ctx, "network", &ecs.NetworkArgs{
			AvailabilityZones: pulumi.ToStringArray([]string{"ap-northeast-1a", "ap-northeast-1c"}),
			NatGateways:       ecs.NatGatewaysNone,
		})
		if err != nil {
			return err
		}
		balancer, err := ecs.NewLoadBalancer(ctx, "balancer", &ecs.LoadBalancerArgs{Network: network})
		if err != nil {
			return err
		}
		_, err = ecs.NewFargateService(ctx, "web", &ecs.FargateServiceArgs{
			// What a program passes if it already has a network.
			Network: &ecs.TaskNetworkArgs{
				VpcId:          network.VpcId,
				VpcCidrBlock:   network.VpcCidrBlock,
				TaskSubnetIds:  network.TaskSubnetIds,
				AssignPublicIp: network.AssignPublicIp,
			},
			ListenerArn: balancer.ListenerArn,
			Region:      pulumi.String("ap-northeast-1"),
			Image:       pulumi.String("public.ecr.aws/nginx/nginx:1.29"),
		})
		return err
	})
}
